"""observability.breaker: what pybreaker gets wrong under asyncio, one test each."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry import trace

from observability import breaker as module
from observability.breaker import Breaker, BreakerOpenError
from observability.testing import CapturedSpans, MetricDelta, metric_families, metric_value


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """As in `time`."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The breaker's clock."""
    found = Clock()
    monkeypatch.setattr(module, "time", found)
    return found


async def fail(breaker: Breaker, error: BaseException | None = None) -> None:
    """One call that fails."""
    with pytest.raises(type(error or OSError())):
        async with breaker.guard(1):
            raise error or OSError("down")


async def succeed(breaker: Breaker) -> None:
    """One call that succeeds."""
    async with breaker.guard(1):
        pass


async def opened(name: str, **options: Any) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(name, fail_max=2, **options)
    await fail(breaker)
    await fail(breaker)
    assert breaker.state == "open"
    return breaker


class Held:
    """A call that has begun and ends when told."""

    def __init__(self, breaker: Breaker) -> None:
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._begun = asyncio.Event()
        self.task = asyncio.create_task(self._run(breaker))

    async def _run(self, breaker: Breaker) -> None:
        async with breaker.guard(60):
            self._begun.set()
            await self._end

    async def begun(self) -> "Held":
        """Wait until it is inside."""
        await self._begun.wait()
        return self

    async def ends(self, error: Exception | None = None) -> None:
        """Let it end, and wait."""
        if error:
            self._end.set_exception(error)
        else:
            self._end.set_result(None)
        await asyncio.gather(self.task, return_exceptions=True)


async def test_opens_after_failures_in_a_row() -> None:
    """A success in between starts the count anew; an open breaker refuses without calling."""
    breaker = Breaker("row", fail_max=2)
    await fail(breaker)
    await succeed(breaker)
    await fail(breaker)
    assert breaker.state == "closed"
    await fail(breaker)
    assert breaker.state == "open"
    called = False
    with pytest.raises(BreakerOpenError) as caught:
        async with breaker.guard(1):
            called = True
    assert not called
    assert 0 < caught.value.retry_after <= 5.0


async def test_a_hundred_calls_to_a_hanging_dependency_open_it_once() -> None:
    """All time out; the breaker opens at the fifth failure, once, and the rest comes too late to count."""
    transitions = MetricDelta("circuit_breaker_transitions_total", breaker="hang")
    counted = {
        o: MetricDelta("circuit_breaker_calls_total", breaker="hang", outcome=o) for o in ("failure", "late")
    }
    timeouts = MetricDelta("timeouts_total", call="hang")
    breaker = Breaker("hang", fail_max=5)

    async def call() -> None:
        async with breaker.guard(0.02):
            await asyncio.Event().wait()

    results = await asyncio.gather(*(call() for _ in range(100)), return_exceptions=True)
    assert {type(result) for result in results} == {TimeoutError}
    assert breaker.state == "open"
    assert transitions.value == 1
    assert {o: delta.value for o, delta in counted.items()} == {"failure": 5, "late": 95}
    assert timeouts.value == 100


async def test_half_open_admits_exactly_one_trial(clock: Clock) -> None:
    """After `reset` seconds one call may try; fifty others at the same time are refused. It closes once."""
    breaker = await opened("trial", reset=5.0)
    clock.now += 4.9
    with pytest.raises(BreakerOpenError):
        await succeed(breaker)
    clock.now += 0.2
    transitions = MetricDelta("circuit_breaker_transitions_total", breaker="trial")
    rejected = MetricDelta("circuit_breaker_calls_total", breaker="trial", outcome="rejected")
    trial = await Held(breaker).begun()
    others = await asyncio.gather(*(succeed(breaker) for _ in range(50)), return_exceptions=True)
    assert {type(other) for other in others} == {BreakerOpenError}
    assert rejected.value == 50
    assert breaker.state == "half-open"
    await trial.ends()
    assert breaker.state == "closed"
    assert transitions.value == 2


@pytest.mark.parametrize(("left", "told"), [(0.4, 1), (1.4, 2), (5.0, 5)])
async def test_the_time_to_wait_is_told_in_whole_seconds(clock: Clock, left: float, told: int) -> None:
    """Rounded up, as the header Retry-After has it: whoever comes then is not refused again."""
    breaker = await opened("wait", reset=5.0)
    clock.now += 5.0 - left
    with pytest.raises(BreakerOpenError) as caught:
        await succeed(breaker)
    assert str(caught.value.retry_after) == str(told)


async def test_a_failed_trial_opens_again_for_the_whole_time(clock: Clock) -> None:
    """The time starts anew with the failed trial."""
    breaker = await opened("again", reset=5.0)
    clock.now += 5
    await fail(breaker)
    assert breaker.state == "open"
    clock.now += 4.9
    with pytest.raises(BreakerOpenError):
        await succeed(breaker)


async def test_more_trials(clock: Clock) -> None:
    """`trials` calls may try at the same time; the first result decides, the others are late."""
    breaker = await opened("trials", trials=2)
    clock.now += 5
    first, second = await Held(breaker).begun(), await Held(breaker).begun()
    with pytest.raises(BreakerOpenError):
        await succeed(breaker)
    await first.ends()
    await second.ends(OSError())
    assert breaker.state == "closed"
    late = MetricDelta("circuit_breaker_calls_total", breaker="trials", outcome="failure")
    await fail(breaker)  # the first of this generation: one is not two
    assert breaker.state == "closed"
    assert late.value == 1


@pytest.mark.parametrize("error", [None, OSError("late")])
async def test_late_results_are_ignored(error: Exception | None, clock: Clock) -> None:
    """A call that began before the trip neither closes an open breaker nor makes it stay open longer."""
    breaker = Breaker("late", fail_max=2, reset=5.0)
    old = await Held(breaker).begun()
    await fail(breaker)
    await fail(breaker)
    clock.now += 3
    await old.ends(error)
    assert breaker.state == "open"
    clock.now += 2
    await succeed(breaker)
    assert breaker.state == "closed"


async def test_late_result_does_not_decide_a_trial(clock: Clock) -> None:
    """Half-open listens to its trial only."""
    breaker = Breaker("old", fail_max=2)
    old = await Held(breaker).begun()
    await fail(breaker)
    await fail(breaker)
    clock.now += 5
    trial = await Held(breaker).begun()
    await old.ends(OSError())
    assert breaker.state == "half-open"
    await trial.ends()
    assert breaker.state == "closed"


async def test_cancellation_counts_neither_way() -> None:
    """A caller that gives up says nothing about the dependency: no failure, and no success that forgives one."""
    breaker = Breaker("cancel", fail_max=2)
    cancelled = MetricDelta("circuit_breaker_calls_total", breaker="cancel", outcome="cancelled")
    await fail(breaker)
    for _ in range(3):
        call = await Held(breaker).begun()
        call.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call.task
    assert (breaker.state, cancelled.value) == ("closed", 3)
    await fail(breaker)
    assert breaker.state == "open"


async def test_a_cancelled_trial_frees_its_place(clock: Clock) -> None:
    """Otherwise the breaker would stay half-open for ever."""
    breaker = await opened("freed")
    clock.now += 5
    trial = await Held(breaker).begun()
    trial.task.cancel()
    await asyncio.gather(trial.task, return_exceptions=True)
    assert breaker.state == "half-open"
    await succeed(breaker)
    assert breaker.state == "closed"


async def test_a_closed_generator_frees_its_place(clock: Clock) -> None:
    """The same when the block lies in a generator that somebody closes, as of a streamed response."""
    breaker = await opened("generator")
    clock.now += 5

    async def stream() -> AsyncIterator[int]:
        async with breaker.guard(1):
            yield 1

    parts = stream()
    assert await anext(parts) == 1
    await parts.aclose()  # type: ignore[attr-defined]
    await succeed(breaker)
    assert breaker.state == "closed"


async def test_another_open_breaker_inside_counts_neither_way(clock: Clock) -> None:
    """A call that was not made says nothing about the outer dependency, and frees its place."""
    inner, outer = await opened("inner", reset=60), await opened("outer")
    clock.now += 5

    async def both() -> None:
        async with outer.guard(1), inner.guard(1):
            pass

    for _ in range(3):
        with pytest.raises(BreakerOpenError, match="inner"):
            await both()
    assert outer.state == "half-open"


async def test_a_call_that_was_not_made_counts_neither_way() -> None:
    """It does not break the row of failures, and adds none."""
    breaker = Breaker("not-made", fail_max=2, not_made=(LookupError,))
    await fail(breaker)
    await fail(breaker, KeyError("no connection is free"))
    assert breaker.state == "closed"
    await fail(breaker)
    assert breaker.state == "open"


async def test_cancellation_by_the_caller_wins_over_the_timeout() -> None:
    """A caller's own, shorter timeout is a cancellation here, and a TimeoutError there."""
    breaker = Breaker("outside", fail_max=1)
    timeouts = MetricDelta("timeouts_total", call="outside")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01), breaker.guard(60):
            await asyncio.Event().wait()
    assert breaker.state == "closed"
    assert timeouts.value == 0


async def test_excluded_errors_speak_for_the_dependency() -> None:
    """An answer that the caller dislikes is still an answer."""
    breaker = Breaker("excluded", fail_max=2, is_failure=lambda error: not isinstance(error, KeyError))
    succeeded = MetricDelta("circuit_breaker_calls_total", breaker="excluded", outcome="success")
    await fail(breaker)
    await fail(breaker, KeyError("not found"))
    await fail(breaker)
    assert (breaker.state, succeeded.value) == ("closed", 1)


async def test_changes_are_told(
    captured_spans: CapturedSpans, captured_logs: list[dict[str, Any]], clock: Clock
) -> None:
    """Each change of state is in the metrics, in the span that caused it and in the log; refusals are in spans."""
    with trace.get_tracer("t").start_as_current_span("trip"):
        breaker = await opened("told", reset=5.0)
        with pytest.raises(BreakerOpenError):
            await succeed(breaker)
    clock.now += 5
    await succeed(breaker)
    told = [("closed", "open"), ("open", "half-open"), ("half-open", "closed")]
    assert [(line["from_state"], line["to_state"]) for line in captured_logs] == told
    for before, after in told:
        assert (
            metric_value("circuit_breaker_transitions_total", breaker="told", from_state=before, to_state=after)
            == 1
        )
    events = [(event.name, dict(event.attributes or {})) for event in captured_spans.one("trip").events]
    event = "shop.circuit_breaker"
    assert events == [
        (
            f"{event}.transition",
            {f"{event}.name": "told", f"{event}.from_state": "closed", f"{event}.to_state": "open"},
        ),
        (f"{event}.rejected", {f"{event}.name": "told"}),
    ]


async def test_the_state_is_always_exactly_one() -> None:
    """The gauge is 1 for the present state and 0 for the others, from the beginning."""
    breaker = Breaker("gauge", fail_max=1)

    def shown() -> dict[str, float]:
        return {s: metric_value("circuit_breaker_state", breaker="gauge", state=s) for s in module._STATES}

    assert shown() == {"closed": 1, "open": 0, "half-open": 0}
    await fail(breaker)
    assert shown() == {"closed": 0, "open": 1, "half-open": 0}


def test_all_that_it_counts_is_there_from_the_start() -> None:
    """Its outcomes and moves begin at 0, so that increase() sees the first of each."""
    Breaker("new")
    samples = [one for family in metric_families() for one in family.samples if "new" in one.labels.values()]
    found = {
        (one.labels.get("outcome") or (one.labels["from_state"], one.labels["to_state"])): one.value
        for one in samples
        if one.name in {"circuit_breaker_calls_total", "circuit_breaker_transitions_total"}
    }
    outcomes = ("success", "failure", "rejected", "late", "cancelled")
    moves = (("closed", "open"), ("open", "half-open"), ("half-open", "open"), ("half-open", "closed"))
    assert found == dict.fromkeys((*outcomes, *moves), 0)
    assert "timeouts_total" in {one.name for one in samples}
