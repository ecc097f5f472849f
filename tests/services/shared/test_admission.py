"""Few requests are at work at a time; the others wait their turn, in order, and not for ever."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from observability.testing import metric_value
from services.shared import admission
from services.shared.admission import Admission, Place
from tests.services.support import until

GATEWAY = {"X-Forwarded-For": "127.1.2.3"}
LIMIT = 10.0  # seconds


class App:
    """Answers when it is told to; knows who is at work and who ever was."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.came: list[str] = []
        self.at_work = self.most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.came.append(scope["path"])
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            await self.open.wait()
            await PlainTextResponse("done")(scope, receive, send)
        finally:
            self.at_work -= 1


class Door:
    """The app behind its door."""

    def __init__(self, **limits: Any) -> None:
        self.app = App()
        transport = httpx.ASGITransport(Admission(self.app, PlainTextResponse("busy", 503), **limits))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://service")

    def come(self, number: int, headers: dict[str, str] = GATEWAY) -> "asyncio.Task[httpx.Response]":
        return asyncio.create_task(self.client.get(f"/{number}", headers=headers))

    async def at_work(self, number: int) -> None:
        async def reached() -> bool:
            return self.app.at_work == number

        await until(reached)


def waiting() -> float:
    return metric_value("http_waiting_requests")


async def waits(number: int) -> None:
    async def reached() -> bool:
        return waiting() == number

    await until(reached)


async def test_a_burst_waits_its_turn_in_order() -> None:
    """Never more than so many are at work, and all are served as they came."""
    door = Door(at_once=3, patience=LIMIT)
    requests = [door.come(number) for number in range(50)]
    await waits(47)
    assert door.app.at_work == 3
    door.app.open.set()
    assert {answer.status_code for answer in await asyncio.gather(*requests)} == {200}
    assert door.app.most == 3
    assert door.app.came == [f"/{number}" for number in range(50)]
    assert waiting() == 0


async def test_too_many_who_wait_are_sent_away_at_once() -> None:
    """What waits is bounded; those who wait already are served."""
    door = Door(at_once=1, waiting=5, patience=LIMIT)
    requests = [door.come(number) for number in range(9)]
    await waits(5)
    assert [(await request).status_code for request in requests[6:]] == [503] * 3
    door.app.open.set()
    assert Counter(answer.status_code for answer in await asyncio.gather(*requests)) == {200: 6, 503: 3}


async def test_nobody_waits_for_ever() -> None:
    """Who was not served in time is sent away, and takes nobody's place with him."""
    door = Door(at_once=1, patience=0.05)
    first = door.come(1)
    await door.at_work(1)
    assert (await door.come(2)).status_code == 503
    door.app.open.set()
    assert (await first).status_code == 200
    assert (await door.come(3)).status_code == 200
    assert door.app.came == ["/1", "/3"]


async def test_who_could_not_be_served_in_time_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waited while another took as long as an answer may is sent away; if others are quick, he is served."""
    clock = [0.0]
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: clock[0], time=lambda: clock[0]))
    monkeypatch.setattr(admission, "_FADES", 0.0)
    for seconds, status in ((8.0, 503), (6.0, 200)):  # twice as long would be more, or less, than 14 seconds
        door = Door(at_once=1, patience=LIMIT)
        requests = [door.come(1), door.come(2)]
        await waits(1)
        clock[0] += seconds
        door.app.open.set()
        assert [(await request).status_code for request in requests] == [200, status]
        assert (await door.come(3)).status_code == 200


class Clock:
    """What both clocks say: `now` is the service's, and the gateway's is `behind`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, behind: float = 0.0) -> None:
        self.now = 1_000.0
        self.behind = behind
        clock = SimpleNamespace(monotonic=lambda: self.now, time=lambda: self.now)
        monkeypatch.setattr(admission, "time", clock)

    async def statuses(self, door: Door, *ages: float) -> list[int]:
        """What is answered to requests that are so many seconds old; a tenth of a second passes before each."""
        found = []
        for age in ages:
            self.now += 0.1
            sent = f"t={self.now - self.behind - age}"
            found.append((await door.come(1, {**GATEWAY, "X-Request-Start": sent})).status_code)
        return found


@pytest.mark.parametrize(("behind", "slow"), [(14.1, 0.0), (60.0, 0.0), (10.0, 5.0)])
async def test_clocks_that_differ_refuse_nobody_for_long(
    behind: float, slow: float, monkeypatch: pytest.MonkeyPatch, captured_logs: list[dict[str, Any]]
) -> None:
    """For a second all seem too old. Then it is known, and age is told again; also after the clock was set."""
    clock = Clock(monkeypatch)
    door = Door(at_once=4)
    first = door.come(0)
    await door.at_work(1)
    clock.now += slow
    door.app.open.set()
    await first
    clock.behind = behind
    assert await clock.statuses(door, *[0.0] * 10) == [503] * 10
    assert await clock.statuses(door, *[0.0] * 30) == [200] * 30
    assert [line["behind_ms"] for line in captured_logs if line["event"] == "clocks.differ"] == [behind * 1000]
    assert await clock.statuses(door, 15.0, 0.0) == [503, 200]
    clock.behind = 0.0
    assert await clock.statuses(door, 0.0, 15.0, 0.0) == [200, 503, 200]


@pytest.mark.parametrize("behind", [3.0, 9.5, 13.0])
async def test_clocks_that_differ_take_nobody_s_patience(behind: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A difference that refuses nobody by itself is found out, too: else whoever must wait would be refused."""
    clock = Clock(monkeypatch, behind)
    door = Door(at_once=1)
    door.app.open.set()
    assert await clock.statuses(door, *[0.0] * 20) == [200] * 20
    door.app.open.clear()
    requests = [asyncio.create_task(clock.statuses(door, 0.0)) for _ in range(3)]
    await waits(2)
    door.app.open.set()
    assert await asyncio.gather(*requests) == [[200]] * 3


async def test_what_waited_while_the_service_stood_still_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much of it there is: the gateway has given up. What comes after it is served."""
    clock = Clock(monkeypatch)
    door = Door(at_once=4)
    door.app.open.set()
    assert await clock.statuses(door, 0.0) == [200]
    clock.now += 60
    assert await clock.statuses(door, *(60.0 - n * 4 for n in range(10)), 0.0) == [503] * 10 + [200]


async def test_a_backlog_is_old_however_long_it_takes_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was sent at one moment: while it is refused, its requests become older. Clocks do not."""
    clock = Clock(monkeypatch)
    door = Door(at_once=4)
    door.app.open.set()
    assert await clock.statuses(door, *(17.0 + n / 10 for n in range(40))) == [503] * 40
    assert await clock.statuses(door, 0.0) == [200]


@pytest.mark.parametrize(
    ("sent", "status"),
    [("t=90.000", 200), ("t=85.000", 503), ("t=1.0", 503), ("t=200.0", 200), ("yesterday", 200), ("", 200)],
)
async def test_time_in_the_socket_counts(sent: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that the gateway sent long ago is not begun: it is about to give up. What is no time is no age."""
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: 5.0, time=lambda: 100.0))
    door = Door(at_once=1)
    door.app.open.set()
    answer = await door.come(1, {**GATEWAY, "X-Request-Start": sent})
    assert (answer.status_code, door.app.came) == (status, ["/1"] if status == 200 else [])


async def test_the_time_at_work_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time that a request has its place is added; waiting in between is not."""
    clock = iter([0.0, 10.0, 13.0, 20.0, 24.0])
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    place = Place(asyncio.Semaphore(), asyncio.Semaphore())
    for _ in range(2):
        await place.enter()
        place.leave()
    assert place.worked == 7.0


@pytest.mark.parametrize("at_work", [True, False])
async def test_who_goes_away_leaves_his_place(at_work: bool) -> None:
    """Whether he was being served or waited."""
    door = Door(at_once=1, patience=LIMIT)
    first, second = door.come(1), door.come(2)
    await waits(1)
    (first if at_work else second).cancel()
    door.app.open.set()
    assert (await (second if at_work else first)).status_code == 200
    assert (await door.come(3)).status_code == 200
    assert waiting() == 0


async def test_one_account_leaves_room_for_others() -> None:
    """However many of its requests are slow or wait, others are served meanwhile; all of its own in the end."""
    door = Door(at_once=4, patience=LIMIT)
    many, other = {**GATEWAY, "Authorization": "Bearer many"}, {**GATEWAY, "Authorization": "Bearer other"}
    burst = [door.come(number, many) for number in range(50)]
    await waits(48)
    others = [door.come(50, other), door.come(51)]
    await door.at_work(4)
    assert door.app.came == ["/0", "/1", "/50", "/51"]
    burst[7].cancel()
    door.app.open.set()
    answers = await asyncio.gather(*burst, *others, return_exceptions=True)
    assert [answer.status_code for answer in answers if isinstance(answer, httpx.Response)] == [200] * 51
    assert waiting() == 0
    assert await statuses(door, GATEWAY, many) == [200, 200]


async def test_a_token_is_one_account_s_however_its_scheme_is_written() -> None:
    """Big and small letters, one space or more: all are counted together."""
    door = Door(at_once=4, patience=LIMIT)
    schemes = ("Bearer ", "bearer ", "Bearer  ", "BEARER   ")
    burst = [door.come(number, {**GATEWAY, "Authorization": f"{each}own"}) for number, each in enumerate(schemes)]
    await waits(2)
    assert door.app.at_work == 2
    door.app.open.set()
    assert {answer.status_code for answer in await asyncio.gather(*burst)} == {200}


async def test_time_that_is_over_frees_the_share_of_an_account() -> None:
    """Who waited for his turn in vain takes none of it from the account's next request."""
    door = Door(at_once=4, patience=0.05)
    own = {**GATEWAY, "Authorization": "Bearer own"}
    slow = door.come(0, own)
    others = [door.come(number) for number in (1, 2, 3)]
    await door.at_work(4)
    assert await statuses(door, own) == [503]
    others.pop().cancel()
    await door.at_work(3)
    served = door.come(4, own)
    await door.at_work(4)
    door.app.open.set()
    assert {answer.status_code for answer in await asyncio.gather(slow, served, *others)} == {200}


async def statuses(door: Door, *who: dict[str, str]) -> list[int]:
    """What some are answered who come one after another."""
    return [(await door.come(100, headers)).status_code for headers in who]


async def test_other_services_do_not_wait() -> None:
    """The request that they serve has waited: two services that wait for each other would end in a circle."""
    door = Door(at_once=1, patience=LIMIT)
    requests = [door.come(number) for number in range(2)]
    await waits(1)
    inside = door.come(9, {})
    await door.at_work(2)
    door.app.open.set()
    assert {answer.status_code for answer in await asyncio.gather(*requests, inside)} == {200}
