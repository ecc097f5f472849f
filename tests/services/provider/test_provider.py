"""The payment provider: every charge once, every result told, nothing forgotten by a restart."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Row

from observability.testing import CapturedSpans
from services.provider import commands
from services.provider.ledger import Ledger
from services.provider.schemas import ChargeRequest
from services.provider.worker import Worker, sign
from tests.services.provider.helpers import SECRET, Receiver, charge, provider, settings
from tests.services.support import until


async def _decided(client: httpx.AsyncClient, payment_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await client.get(f"/charges/{payment_id}")).json()
        return found if found["status"] != "processing" else None

    decided: dict[str, Any] = await until(look)
    return decided


async def _calls(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    async def look() -> bool:
        return len(receiver.requests) >= count

    await until(look)
    return [json.loads(request.content) for request in receiver.requests]


async def test_charge_succeeds_and_is_told(tmp_path: Path) -> None:
    """A charge is accepted as processing, then decided, then told by one signed call."""
    receiver = Receiver()
    async with provider(tmp_path / "new" / "ledger.sqlite", receiver) as client:
        answer = await client.post("/charges", json=charge("p-1"))
        assert answer.status_code == 202
        assert answer.json()["status"] == "processing"
        decided = await _decided(client, "p-1")
        [told] = await _calls(receiver, 1)
    assert decided["status"] == "succeeded"
    assert decided["card"] == {"brand": "visa", "last4": "4242"}
    assert told == {
        "paymentId": "p-1", "chargeId": decided["chargeId"], "status": "succeeded", "sequence": 2,
    }  # fmt: skip
    request = receiver.requests[0]
    timestamp = request.headers["x-provider-timestamp"]
    assert request.headers["x-provider-signature"] == sign(SECRET, timestamp, request.content)
    assert request.headers["x-request-id"] == answer.headers["x-request-id"]


async def test_starting_makes_no_traces(tmp_path: Path, captured_spans: CapturedSpans) -> None:
    """The statements that open the ledger are nobody's request: each would be a trace of one span."""
    async with provider(tmp_path / "ledger.sqlite", Receiver()):
        assert captured_spans.all == []


def test_signature_is_the_documented_one() -> None:
    """The signature is the hex HMAC-SHA256 of "<timestamp>.<body>"; the value is from `openssl dgst`."""
    expected = "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
    assert sign("key", "1700000000", b"{}") == expected


async def test_declined_card(tmp_path: Path) -> None:
    """The declined card ends in `declined`, with a reason."""
    receiver = Receiver()
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:
        await client.post("/charges", json=charge("p-1", "4000000000000002"))
        decided = await _decided(client, "p-1")
        [told] = await _calls(receiver, 1)
    assert (decided["status"], decided["reason"]) == ("declined", "card_declined")
    assert (told["status"], told["reason"]) == ("declined", "card_declined")


async def test_silent_card_tells_only_who_asks(tmp_path: Path) -> None:
    """The silent card makes no call; asking gives the result."""
    receiver = Receiver()
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:
        await client.post("/charges", json=charge("silent", "4000000000000259"))
        assert (await _decided(client, "silent"))["status"] == "succeeded"
        await client.post("/charges", json=charge("loud"))
        await _calls(receiver, 1)
    assert [json.loads(r.content)["paymentId"] for r in receiver.requests] == ["loud"]


async def test_card_that_calls_twice_and_out_of_order(tmp_path: Path) -> None:
    """The result comes first, an older state after it, and the result once more."""
    receiver = Receiver()
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:
        await client.post("/charges", json=charge("p-1", "4000000000000341"))
        told = await _calls(receiver, 3)
    assert [(t["status"], t["sequence"]) for t in told] == [("succeeded", 2), ("processing", 1), ("succeeded", 2)]


async def test_slow_card_is_slower(tmp_path: Path) -> None:
    """A charge of the slow card is still processing when a later one is decided."""
    async with provider(tmp_path / "ledger.sqlite", Receiver(), provider_slow_seconds=2.0) as client:
        await client.post("/charges", json=charge("slow", "4000000000000077"))
        await client.post("/charges", json=charge("fast"))
        await _decided(client, "fast")
        assert (await client.get("/charges/slow")).json()["status"] == "processing"
        assert (await _decided(client, "slow"))["status"] == "succeeded"


async def test_same_payment_is_charged_once(tmp_path: Path) -> None:
    """A repeated charge gives the first one's answer, before and after it was decided; another amount is a 409."""
    receiver = Receiver()
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:
        first = (await client.post("/charges", json=charge("p-1"))).json()
        again = (await client.post("/charges", json=charge("p-1"))).json()
        await _calls(receiver, 1)
        late = await client.post("/charges", json=charge("p-1"))
        other = await client.post("/charges", json=charge("p-1", amount_cents=2000))
        ledger = (await client.get("/ledger")).json()["items"]
    assert again["chargeId"] == first["chargeId"] == late.json()["chargeId"]
    assert late.json()["status"] == "succeeded"
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert len(ledger) == len(receiver.requests) == 1


async def test_refund_once_and_only_of_what_was_taken(tmp_path: Path) -> None:
    """A refund repeats its answer; what is unknown, processing or declined cannot be refunded."""
    async with provider(tmp_path / "ledger.sqlite", Receiver()) as client:
        await client.post("/charges", json=charge("good"))
        early = await client.post("/charges/good/refunds")
        await client.post("/charges", json=charge("bad", "4000000000000002"))
        await _decided(client, "good")
        await _decided(client, "bad")
        first = await client.post("/charges/good/refunds")
        again = await client.post("/charges/good/refunds")
        assert early.status_code == 409
        assert first.status_code == again.status_code == 200
        assert first.json() == again.json()
        assert first.json()["amountCents"] == 1999
        assert (await client.post("/charges/bad/refunds")).status_code == 409
        assert (await client.post("/charges/none/refunds")).status_code == 404
        good, bad = (await client.get("/ledger")).json()["items"]
    assert good["refund"]["refundId"] == first.json()["refundId"]
    assert bad["refund"] is None


async def test_call_back_is_repeated_until_it_is_taken(tmp_path: Path) -> None:
    """Any answer other than 2xx is no delivery; the call is signed anew each time, and stops when taken."""
    receiver = Receiver(500, 404)
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:
        await client.post("/charges", json=charge("p-1"))
        await _calls(receiver, 3)
        await client.post("/charges", json=charge("p-2"))
        told = await _calls(receiver, 4)
    assert [t["paymentId"] for t in told] == ["p-1", "p-1", "p-1", "p-2"]


async def test_a_pass_ends_when_no_call_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when one of them could not be noted: the next pass would make the others a second time."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    await ledger.open()
    failed, answer = asyncio.Event(), asyncio.Event()

    async def receive(request: httpx.Request) -> httpx.Response:
        if b"p-2" in request.content:
            await answer.wait()
        return httpx.Response(200)

    async def note(call: Row[Any], outcome: str, problem: str) -> None:
        if call.payment_id == "p-1":
            failed.set()
            raise TimeoutError

    chosen = settings(tmp_path / "ledger.sqlite", provider_delay_seconds=0.0)
    worker = Worker(ledger, chosen, httpx.MockTransport(receive))
    monkeypatch.setattr(worker, "_note", note)
    for payment in ("p-1", "p-2"):
        await commands.charge(
            ledger=ledger, request=ChargeRequest.model_validate(charge(payment)), settings=chosen
        )
    work = asyncio.create_task(worker._pass())
    await failed.wait()
    done, _ = await asyncio.wait({work}, timeout=0.1)
    assert not done
    answer.set()
    with pytest.raises(TimeoutError):
        await work
    await worker.close()
    await ledger.close()


async def test_restart_goes_on_with_what_was_pending(tmp_path: Path) -> None:
    """A charge undecided and a call not made when the process ended are finished by the next one."""
    ledger = tmp_path / "ledger.sqlite"
    down = Receiver(*[503] * 100)
    async with provider(ledger, down, provider_delay_seconds=0.0, webhook_retry_seconds=0.3) as client:
        await client.post("/charges", json=charge("told-in-vain"))
        await _calls(down, 1)
    async with provider(ledger, down, provider_delay_seconds=0.3) as client:
        await client.post("/charges", json=charge("undecided"))
        assert (await client.get("/charges/undecided")).json()["status"] == "processing"
    receiver = Receiver()
    async with provider(ledger, receiver) as client:
        told = await _calls(receiver, 2)
        assert (await _decided(client, "undecided"))["status"] == "succeeded"
    assert {t["paymentId"] for t in told} == {"told-in-vain", "undecided"}


def _on_disk(ledger: Path) -> tuple[bytes, set[Any]]:
    raw = b"".join(path.read_bytes() for path in ledger.parent.iterdir())
    with closing(sqlite3.connect(ledger)) as connection:
        rows = [row for t in ("charges", "calls") for row in connection.execute(f"SELECT * FROM {t}")]
    return raw, {value for row in rows for value in row}


async def test_ledger_is_paged_and_holds_no_card(tmp_path: Path) -> None:
    """Pages follow one another without gaps; neither number nor cvc is on the disk."""
    ledger = tmp_path / "ledger.sqlite"
    async with provider(ledger, Receiver()) as client:
        for number in range(5):
            await client.post("/charges", json=charge(f"p-{number}", "4000000000000341"))
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while query.get("cursor", "") is not None:
            page = (await client.get("/ledger", params=query)).json()
            seen += [item["paymentId"] for item in page["items"]]
            query["cursor"] = page["nextCursor"]
        raw, values = _on_disk(ledger)
    assert seen == [f"p-{number}" for number in range(5)]
    assert b"p-3" in raw
    assert b"4000000000000341" not in raw
    assert not {"987", 987, 2099} & values


async def test_bad_requests(tmp_path: Path) -> None:
    """Unknown cards, odd URLs and unknown payments are refused, and no answer repeats the number."""
    async with provider(tmp_path / "ledger.sqlite", Receiver()) as client:
        unknown = await client.post("/charges", json=charge("p-1", "5555555555554444"))
        odd = await client.post("/charges", json={**charge("p-1"), "callbackUrl": "file:///etc/passwd"})
        assert unknown.status_code == odd.status_code == 422
        told = {name: value for name, value in unknown.json().items() if name not in ("requestId", "traceId")}
        assert "5555" not in str(told)
        assert (await client.get("/charges/p-1")).status_code == 404
        ready = (await client.get("/health/ready")).json()
    assert ready == {"status": "ok", "dependencies": {"ledger": "ok", "event-loop": "ok", "worker": "ok"}}


async def test_calls_that_ended_are_forgotten_after_a_week(tmp_path: Path) -> None:
    """Charges stay, and so does a call that is still to be made. A ledger from before gets the index for it."""
    ledger, receiver = tmp_path / "ledger.sqlite", Receiver()
    async with provider(ledger, receiver) as client:
        for day in range(10):
            await client.post("/charges", json=charge(f"p-{day}"))
            await _decided(client, f"p-{day}")
        await _calls(receiver, 10)
    week = 7 * 86_400
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE calls SET created_at = created_at - 86400 * substr(payment_id, 3) - 60")
        connection.execute(
            "UPDATE calls SET state = 'pending', next_try_at = next_try_at + ? WHERE payment_id = 'p-9'", (week,)
        )
        connection.execute("DROP INDEX calls_ended")

    def left() -> set[str]:
        with closing(sqlite3.connect(ledger)) as connection:
            return {row[0] for row in connection.execute("SELECT payment_id FROM calls")}

    async def tidied() -> bool:
        return left() == {f"p-{day}" for day in (0, 1, 2, 3, 4, 5, 6, 9)}

    async with provider(ledger, receiver) as client:
        await until(tidied)
        assert (await client.get("/charges/p-8")).json()["status"] == "succeeded"
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'calls_ended'").fetchall()


async def test_copy_is_the_whole_ledger(tmp_path: Path) -> None:
    """A file of SQLite with every charge that was accepted, also from the journal; nothing is left behind."""
    async with provider(tmp_path / "ledger.sqlite", Receiver(), provider_delay_seconds=60) as client:
        for name in ("p-1", "p-2"):
            await client.post("/charges", json=charge(name))
        answer = await client.get("/ledger/copy")
        assert set(os.listdir(tmp_path)) == {"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"}
    (copy := tmp_path / "copy").write_bytes(answer.content)
    with closing(sqlite3.connect(copy)) as ledger:
        assert ledger.execute("SELECT payment_id FROM charges ORDER BY seq").fetchall() == [("p-1",), ("p-2",)]
