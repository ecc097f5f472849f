"""observability.tasks"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from observability import tasks as module
from observability.tasks import Tasks, watch_event_loop
from observability.testing import MetricDelta, metric_value


@pytest.fixture
async def tasks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tasks]:
    """Tasks that are restarted at once, and stopped at the end."""
    monkeypatch.setattr(module, "_BACKOFF", (0.0,))
    found = Tasks()
    yield found
    await found.stop()


class Work:
    """A coroutine that ends as told, then runs for ever."""

    def __init__(self, *ends: BaseException | None) -> None:
        self._ends = list(ends)
        self.lasting = asyncio.Event()

    async def __call__(self) -> None:
        if not self._ends:
            self.lasting.set()
            await asyncio.Event().wait()
        end = self._ends.pop(0)
        if end is not None:
            raise end


@pytest.mark.parametrize(
    ("end", "event"),
    [(RuntimeError("boom"), "task.died"), (None, "task.ended"), (asyncio.CancelledError(), "task.died")],
)
async def test_a_death_is_seen_and_mended(
    end: BaseException | None, event: str, tasks: Tasks, captured_logs: list[dict[str, Any]]
) -> None:
    """An exception, a return and a cancellation that nobody asked for: logged, counted, restarted."""
    restarts = MetricDelta("background_task_restarts_total", task="work")
    work = Work(end, end)
    tasks.start("work", work)
    async with asyncio.timeout(2):
        await work.lasting.wait()
    assert restarts.value == 2
    assert [(line["event"], line["task"], line["level"]) for line in captured_logs] == [
        (event, "work", "error")
    ] * 2
    assert metric_value("background_task_up", task="work") == 1


async def test_readiness_tells_who_is_down(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a task waits for its restart its check fails; a running one's passes."""
    monkeypatch.setattr(module, "_BACKOFF", (60.0,))
    died = asyncio.Event()

    async def dies() -> None:
        died.set()
        raise RuntimeError("boom")

    good = Work()
    tasks.start("good", good)
    tasks.start("bad", dies)
    await asyncio.gather(good.lasting.wait(), died.wait())
    await asyncio.sleep(0)
    checks = tasks.checks
    await checks["good"]()
    with pytest.raises(RuntimeError, match="bad is not running"):
        await checks["bad"]()
    assert metric_value("background_task_up", task="bad") == 0


async def test_stop_waits_for_the_end() -> None:
    """A task may clean up; when `stop` returns it has."""
    tasks, cleaned, work = Tasks(), False, asyncio.Event()

    async def careful() -> None:
        nonlocal cleaned
        try:
            work.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned = True

    tasks.start("careful", careful)
    await work.wait()
    await tasks.stop()
    assert cleaned
    assert metric_value("background_task_up", task="careful") == 0


async def test_event_loop_is_watched(tasks: Tasks) -> None:
    """How late timers fire is observed again and again."""
    seen = MetricDelta("event_loop_lag_seconds_count")
    tasks.start("lag", lambda: watch_event_loop(0.001))
    async with asyncio.timeout(2):
        while seen.value < 3:  # noqa: ASYNC110 - nothing tells of an observation
            await asyncio.sleep(0.001)


async def test_stop_holds_when_a_clean_up_fails(tasks: Tasks) -> None:
    """A task whose clean-up raises while it is cancelled is not started again."""
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise TimeoutError("the clean-up took too long")

    tasks.start("work", work)
    await begun.wait()
    async with asyncio.timeout(2):
        await tasks.stop()
