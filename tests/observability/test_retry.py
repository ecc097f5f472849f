"""observability.retry"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from observability.retry import Retry
from observability.testing import MetricDelta


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest waits that were possible, without waiting."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def longest(low: float, high: float) -> float:
        assert low == 0
        return high

    monkeypatch.setattr("observability.retry.asyncio.sleep", sleep)
    monkeypatch.setattr("observability.retry.random.uniform", longest)
    return waits


def failing(times: int) -> tuple[Callable[[], Awaitable[str]], list[int]]:
    """A function that fails so many times, and the list of its calls."""
    calls: list[int] = []

    async def function() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise OSError(len(calls))
        return "done"

    return function, calls


def always(_: Exception) -> bool:
    """Everything may be tried again."""
    return True


async def test_first_success_is_the_result(slept: list[float]) -> None:
    """Two failures and a success: three calls, two of them counted as retries."""
    counted = MetricDelta("retries_total", call="counted")
    function, calls = failing(2)
    assert await Retry("counted").run(function, always) == "done"
    assert (len(calls), counted.value) == (3, 2)


async def test_last_failure_is_raised(slept: list[float]) -> None:
    """After all attempts the caller gets the last failure."""
    function, calls = failing(9)
    with pytest.raises(OSError, match="4"):
        await Retry("x", attempts=4).run(function, always)
    assert len(calls) == 4


async def test_waits_grow_to_their_cap_with_full_jitter(slept: list[float]) -> None:
    """The first lasts `base` at most; each bound is twice the last one, and never over the cap."""
    function, _ = failing(9)
    with pytest.raises(OSError, match="6"):
        await Retry("x", attempts=6, base=0.1, cap=0.5).run(function, always)
    assert slept == [0.1, 0.2, 0.4, 0.5, 0.5]


async def test_not_everything_may_be_tried_again(slept: list[float]) -> None:
    """What the caller calls final is raised at once."""
    function, calls = failing(1)
    with pytest.raises(OSError, match="1"):
        await Retry("x").run(function, lambda error: not isinstance(error, OSError))
    assert (len(calls), slept) == (1, [])


async def test_cancellation_is_never_tried_again(slept: list[float]) -> None:
    """Who gives up does not want another attempt."""
    calls = 0

    async def cancelled() -> None:
        nonlocal calls
        calls += 1
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Retry("x").run(cancelled, always)
    assert calls == 1


async def test_budget_keeps_an_outage_from_multiplying(slept: list[float]) -> None:
    """When all fail, a hundred calls become hardly more than a hundred and twenty, not three hundred."""
    policy, total = Retry("budget", ratio=0.2, reserve=4), 0
    for _ in range(100):
        function, calls = failing(9)
        with pytest.raises(OSError, match=r"\d"):
            await policy.run(function, always)
        total += len(calls)
    assert 100 + 4 <= total <= 100 + 4 + 20


async def test_budget_is_earned_back(slept: list[float]) -> None:
    """Successes earn retries again, up to the reserve."""
    policy = Retry("earn", attempts=2, ratio=0.5, reserve=1)
    good, _ = failing(0)
    for _ in range(2):
        function, calls = failing(9)
        with pytest.raises(OSError, match=r"\d"):
            await policy.run(function, always)
    assert len(calls) == 1
    await policy.run(good, always)
    function, calls = failing(9)
    with pytest.raises(OSError, match=r"\d"):
        await policy.run(function, always)
    assert len(calls) == 2
