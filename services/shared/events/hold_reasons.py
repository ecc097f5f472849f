"""Why events stay in an outbox: each reason is told once for as long as it lasts."""

from collections.abc import Iterable

from services.shared.events.broker import NoConsumerError

__all__ = ["Reasons"]


class Reasons:
    """The reasons that the last look has found."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def news(self, errors: Iterable[Exception]) -> list[tuple[str, bool]]:
        """Those that are new since the last look; second: whether only whoever listens has yet to come."""
        reasons = {repr(error): isinstance(error, NoConsumerError) for error in errors}
        new = [(reason, is_early) for reason, is_early in reasons.items() if reason not in self._known]
        self._known = set(reasons)
        return new
