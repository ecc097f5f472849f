"""What waits for the broker, of a service that publishes: two gauges and a readiness check."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from observability.spans import untraced
from services.shared.events.metrics import outbox_oldest, outbox_pending
from services.shared.loops import rest

__all__ = ["Backlog", "Waiting"]

_LONG = 10.0  # seconds: an event leaves within one, a burst within a few


@dataclass(frozen=True)
class Waiting:
    """events: how many. seconds: how long the oldest has waited, 0 where there is none."""

    events: int = 0
    seconds: float = 0.0


class Backlog:
    """Keeps looking, on every replica. look: asks the database."""

    def __init__(self, look: Callable[[], Awaitable[Waiting]]) -> None:
        self._look = look
        self._last = Waiting()

    async def run(self, interval: float = 5.0) -> None:
        """Keep the gauges `shop_outbox_pending_events` and `shop_outbox_oldest_event_age_seconds`, for ever."""
        while True:
            with untraced():
                self._last = await self._look()
            outbox_pending.set(self._last.events)
            outbox_oldest.set(self._last.seconds)
            await rest(interval)

    async def check(self) -> None:
        """Raises while an event has waited for long: a consumer cannot get it, or the broker is away."""
        if self._last.seconds > _LONG:
            raise RuntimeError(f"{self._last.events} events wait, the oldest for {self._last.seconds:.0f} s")
