"""Background tasks that cannot die unseen: logged, counted, restarted, and named in readiness."""

import asyncio
from collections.abc import Awaitable, Callable

from observability.health import Check
from observability.logging import get_logger
from observability.metrics import event_loop_lag, task_restarts, task_up

__all__ = ["Tasks", "watch_event_loop"]

_log = get_logger("tasks")
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before a restart; starts over after a minute of good running
_GOOD = 60.0
_STOP = 10.0  # seconds for the tasks to end before they are cancelled once more


class Tasks:
    """A set of named endless coroutines. Start them in a lifespan, `stop` them at its end."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._up: dict[str, bool] = {}
        self.checks: dict[str, Check] = {}
        """A readiness check for each task that was started."""

    def start(self, name: str, run: Callable[[], Awaitable[object]]) -> None:
        """Keep `run()` going under `name`; its return counts as a death like an exception does."""
        self._show(name, False)
        task_restarts.labels(name)  # there from the start, so that increase() sees the first
        self.checks[name] = self._check(name)
        self._tasks[name] = asyncio.create_task(self._keep(name, run), name=name)

    async def stop(self) -> None:
        """Cancel all and wait until they are gone."""
        for task in self._tasks.values():
            task.cancel()
        pending = set(self._tasks.values())
        while pending:  # a library may lose a cancellation that meets a result (Python 3.11's wait_for does)
            _, pending = await asyncio.wait(pending, timeout=_STOP)
            for task in pending:
                task.cancel()

    def _check(self, name: str) -> Check:
        async def check() -> None:
            if not self._up[name]:
                raise RuntimeError(f"{name} is not running")

        return check

    def _show(self, name: str, up: bool) -> None:
        self._up[name] = up
        task_up.labels(name).set(up)

    async def _keep(self, name: str, run: Callable[[], Awaitable[object]]) -> None:
        deaths = 0
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            self._show(name, True)
            try:
                await run()
                _log.error("task.ended", task=name)
            except asyncio.CancelledError:
                if _cancelled():
                    raise
                # nobody cancelled this task: something that it awaited was cancelled
                _log.exception("task.died", task=name)
            except Exception:
                _log.exception("task.died", task=name)
            finally:
                self._show(name, False)
            if _cancelled():  # and its clean-up failed
                return
            deaths = 0 if clock() - started > _GOOD else deaths
            task_restarts.labels(name).inc()
            await asyncio.sleep(_BACKOFF[min(deaths, len(_BACKOFF) - 1)])
            deaths += 1


def _cancelled() -> bool:
    current = asyncio.current_task()
    return current is None or current.cancelling() > 0


async def watch_event_loop(interval: float = 0.5) -> None:
    """Observe `event_loop_lag_seconds` for ever: how late a timer of `interval` seconds fires."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + interval
        await asyncio.sleep(interval)
        event_loop_lag.observe(max(0.0, clock() - due))
