"""A request that waits for its order to move: on whatever replica, for so long, and at nobody's cost."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any
from unittest.mock import AsyncMock, Mock

import httpx
import pytest

from observability.testing import MetricDelta
from services.order import moves
from services.order.statements import CHANNEL
from services.shared.admission import AT_ONCE
from services.shared.flags import FlagFile, Flags
from services.shared.parts import part_of
from services.shared.server import _Server
from services.shared.standby import _PER_CALLER, LONGEST, Standby
from tests.services.order.desk import Desk, open_desk, token
from tests.services.support import listening, until

GATEWAY = {"X-Forwarded-For": "127.1.2.3"}
PATIENCE = 9  # seconds
_END_LISTENER = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND query ILIKE 'LISTEN%{CHANNEL}%'
"""


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Desk]:
    """The other replica."""
    async with open_desk(database_url) as desk:
        yield desk


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A replica that hears of moves."""
    async with open_desk(database_url) as desk:
        await _hears(desk)
        yield desk


def _standby(desk: Desk) -> Standby:
    return part_of(desk.app, Standby)


async def _hears(desk: Desk) -> None:
    async def open_() -> bool:
        return _standby(desk)._is_open

    await until(open_)


async def _waiting(desk: Desk, number: int) -> None:
    async def reached() -> bool:
        return _standby(desk)._callers.total() == number

    await until(reached)


async def _etag(desk: Desk, order_id: str) -> str:
    answer = await desk.client.get(f"/api/orders/{order_id}", headers=desk.headers())
    return str(answer.headers["ETag"])


def _wait(desk: Desk, order_id: str, etag: str, wait: str = f"wait={PATIENCE}", **more: str) -> Any:
    headers = {**desk.headers(), "If-None-Match": etag, "Prefer": wait, **more}
    return asyncio.create_task(desk.client.get(f"/api/orders/{order_id}", headers=headers))


async def test_it_is_answered_when_the_order_moves_at_another_replica(desk: Desk, other: Desk) -> None:
    """Long before its time is over, with the order as it is then."""
    order_id = await desk.place()
    began = time.monotonic()
    waits = _wait(desk, order_id, await _etag(desk, order_id))
    await _waiting(desk, 1)
    assert await other.happens("stock.reserved", order_id) == "ok"
    answer = await waits
    assert (answer.status_code, answer.json()["status"]) == (200, "awaiting_payment")
    assert answer.headers["Preference-Applied"] == f"wait={PATIENCE}"
    assert time.monotonic() - began < PATIENCE - 2


async def test_who_placed_it_waits_without_asking_first(desk: Desk) -> None:
    """The answer that makes an order has its ETag, that of the same bytes; so has the one that repeats it."""
    items = [{"productId": number, "quantity": 1} for number in (2, 1)]
    address = {"postalCode": "10115", "city": "Köln", "country": "DE", "line1": "1 Main Street", "name": "Ada"}
    body = {"items": items, "shippingAddress": address}
    placed = [await desk.post(body, key="k1") for _ in range(2)]
    etags = {answer.headers["ETag"] for answer in placed}
    assert etags == {await _etag(desk, placed[0].json()["id"])}
    waits = _wait(desk, placed[0].json()["id"], *etags)
    await _waiting(desk, 1)
    await desk.happens("stock.reserved", placed[0].json()["id"])
    assert (await waits).json()["status"] == "awaiting_payment"


async def test_what_moved_before_is_told_at_once(desk: Desk) -> None:
    """Also what moves between two questions of the client."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    await desk.happens("stock.reserved", order_id)
    answer = await _wait(desk, order_id, etag)
    assert (answer.status_code, answer.json()["status"]) == (200, "awaiting_payment")


async def test_its_time_is_over(desk: Desk) -> None:
    """Nothing has changed: 304 with the same ETag, not earlier than was asked."""
    order_id = await desk.place()
    etag, began = await _etag(desk, order_id), time.monotonic()
    answer = await _wait(desk, order_id, etag, 'respond-async, Wait="1"; x=y')
    assert (answer.status_code, answer.headers["ETag"], answer.content) == (304, etag, b"")
    assert answer.headers["Preference-Applied"] == "wait=1"
    assert time.monotonic() - began >= 1


async def test_who_does_not_ask_to_wait_does_not_wait(desk: Desk) -> None:
    """Without an ETag, or without the preference, the answer comes at once."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    path, headers = f"/api/orders/{order_id}", desk.headers()
    fresh = await desk.client.get(path, headers={**headers, "Prefer": "wait=9"})
    known = await desk.client.get(path, headers={**headers, "If-None-Match": etag, "Prefer": "respond-async"})
    assert (fresh.status_code, known.status_code) == (200, 304)
    assert not {"Preference-Applied"} & {*fresh.headers, *known.headers}


async def test_several_lines_are_one_list(desk: Desk) -> None:
    """Of ETags as of preferences (RFC 9110, 5.3; RFC 7240, 2)."""
    order_id = await desk.place()
    tags = [("If-None-Match", '"another"'), ("If-None-Match", await _etag(desk, order_id))]
    headers = [*desk.headers().items(), *tags, ("Prefer", "respond-async"), ("Prefer", "wait=1")]
    answer = await desk.client.get(f"/api/orders/{order_id}", headers=headers)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (304, "wait=1")


async def test_what_stands_in_quotes_is_no_preference(desk: Desk) -> None:
    """A preference that nobody knows is ignored, whatever its value."""
    order_id = await desk.place()
    answer = await _wait(desk, order_id, await _etag(desk, order_id), 'x="a, wait=b"')
    assert (answer.status_code, answer.headers.get("Preference-Applied")) == (304, None)


@pytest.mark.parametrize(
    "wait", ["wait=soon", "wait=", "wait", "wait=-1", "wait=1.5", "wait=1000000000", "wait=٣"]
)
async def test_a_wait_that_is_no_number_is_refused(desk: Desk, wait: str) -> None:
    """A mistake is seen."""
    order_id = await desk.place()
    answer = await _wait(desk, order_id, '"x"', wait.encode())  # type: ignore[arg-type]  # as bytes of UTF-8
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "header.prefer"


async def test_other_people_wait_for_nothing(desk: Desk) -> None:
    """Whose order it is not gets 404 at once; an admin may wait."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    strange = {"Authorization": f"Bearer {token('somebody-else')}"}
    assert (await _wait(desk, order_id, etag, **strange)).status_code == 404
    waits = _wait(desk, order_id, etag, **desk.headers("admin"))
    await _waiting(desk, 1)
    await desk.happens("stock.reserved", order_id)
    assert (await waits).status_code == 200


async def test_many_wait_at_nobody_s_cost(desk: Desk) -> None:
    """They hold neither a place among those at work nor a connection; others are served meanwhile."""
    desk.client.headers.update(GATEWAY)
    desks = [replace(desk, user_id=f"waiting-{number}") for number in range(3)]  # 8 each: more than are at work
    orders = [(each, order_id := await each.place(), await _etag(each, order_id)) for each in desks]
    waits = [_wait(*order) for order in orders for _ in range(8)]
    await _waiting(desk, len(waits))
    assert len(waits) > AT_ONCE
    pool: Any = desk.database.engine.sync_engine.pool

    async def idle() -> bool:
        return bool(pool.checkedout() == 0)

    await until(idle)  # all have looked once
    for each, order_id, _ in orders:
        assert (await each.order(order_id))["status"] == "pending"
        await desk.happens("stock.reserved", order_id)
    answers = await asyncio.gather(*waits)
    assert {answer.json()["status"] for answer in answers} == {"awaiting_payment"}


async def test_one_account_has_so_many_waiting(desk: Desk) -> None:
    """One more is answered at once, as if it had not asked; when one has gone, the next may wait."""
    most = _PER_CALLER
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    waits = [_wait(desk, order_id, etag) for _ in range(most)]
    await _waiting(desk, most)
    more = await _wait(desk, order_id, etag)
    assert (more.status_code, "Preference-Applied" in more.headers) == (304, False)
    await desk.happens("stock.reserved", order_id)
    assert {answer.status_code for answer in await asyncio.gather(*waits)} == {200}
    assert (await _wait(desk, order_id, await _etag(desk, order_id), "wait=0")).headers["Preference-Applied"]


async def test_who_arrived_too_long_ago_does_not_wait(desk: Desk) -> None:
    """It is answered at once, as if it had not asked: a client that took it for a wait would ask again at once."""
    order_id = await desk.place()
    sent = {**GATEWAY, "X-Request-Start": f"t={time.time() - LONGEST - 1:.3f}"}
    answer = await _wait(desk, order_id, await _etag(desk, order_id), **sent)
    assert (answer.status_code, "Preference-Applied" in answer.headers) == (304, False)


async def test_who_goes_away_waits_no_longer(desk: Desk) -> None:
    """The end of the connection is the end of the wait."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    async with listening(desk.app) as port:
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base, headers=GATEWAY, timeout=0.5, trust_env=False) as client:
            headers = {**desk.headers(), "If-None-Match": etag, "Prefer": "wait=9"}
            with pytest.raises(httpx.ReadTimeout):
                await client.get(f"/api/orders/{order_id}", headers=headers)
        await _waiting(desk, 0)


async def test_the_end_of_the_process_is_not_held_up(desk: Desk) -> None:
    """All who wait are answered at once; the client asks the other replica."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    headers = {**desk.headers(), "If-None-Match": etag, "Prefer": "wait=9"}
    async with httpx.AsyncClient(timeout=2 * PATIENCE, trust_env=False) as client:
        async with listening(desk.app, partial(_Server, flag_file=FlagFile(None, Flags()))) as port:
            url = f"http://127.0.0.1:{port}/api/orders/{order_id}"
            waits = asyncio.create_task(client.get(url, headers=headers))
            await _waiting(desk, 1)
            began = time.monotonic()
        assert (await waits).status_code == 304
        assert time.monotonic() - began < PATIENCE - 2


async def test_nobody_waits_while_moves_are_not_heard(desk: Desk) -> None:
    """When the connection that hears is lost, who waits is answered; a new one is made, and waiting goes on."""
    order_id = await desk.place()
    etag, began = await _etag(desk, order_id), time.monotonic()
    waits = _wait(desk, order_id, etag)
    await _waiting(desk, 1)
    await desk.rows(_END_LISTENER)
    assert (await waits).status_code == 304
    assert time.monotonic() - began < PATIENCE - 2
    await _hears(desk)
    waits = _wait(desk, order_id, etag)
    await _waiting(desk, 1)
    await desk.happens("stock.reserved", order_id)
    assert (await waits).status_code == 200


async def test_to_wait_is_not_to_be_slow(desk: Desk) -> None:
    """The metric of durations, which alerts and objectives read, has the work only."""
    order_id = await desk.place()
    etag = await _etag(desk, order_id)
    took = MetricDelta("http_server_request_duration_seconds_sum", http_route="/api/orders/{order_id}",
                       http_response_status_code="304")  # fmt: skip
    await _wait(desk, order_id, etag, "wait=2")
    assert took.value < 1.5


async def test_a_server_that_vanished_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its machine is gone, and nothing says so: then nobody waits for news that never come."""
    standby, asked = Standby(), AsyncMock(side_effect=[None, TimeoutError])
    connection = Mock(add_listener=AsyncMock(), execute=asked)
    monkeypatch.setattr(moves, "_ASKS", 0.01)
    monkeypatch.setattr(moves, "connect", AsyncMock(return_value=connection))
    with pytest.raises(TimeoutError):
        await moves.hear("postgresql://nowhere", standby)
    assert asked.await_count == 2
    assert not standby._is_open
    connection.terminate.assert_called_once()
