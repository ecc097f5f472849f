"""Client-side balancing: which replica of a service gets the next request."""

import time
from collections.abc import Iterator

__all__ = ["Replicas"]

_QUARANTINE = (
    10.0  # seconds that a replica which could not be reached is asked last; longer than a breaker is open
)


class Replicas:
    """Round robin over base URLs; one that failed lately is tried only after the others."""

    def __init__(self, urls: str) -> None:
        """urls: comma-separated."""
        self._failed_at = {url.strip().rstrip("/"): -_QUARANTINE for url in urls.split(",")}
        self._next = 0

    def candidates(self) -> Iterator[str]:
        """Every base URL once, the one to try first coming first."""
        bases = list(self._failed_at)
        self._next = (self._next + 1) % len(bases)
        rotated = bases[self._next :] + bases[: self._next]
        now = time.monotonic()
        yield from sorted(rotated, key=lambda base: now - self._failed_at[base] < _QUARANTINE)

    def failed(self, base: str) -> None:
        """Note that this replica could not be reached."""
        self._failed_at[base] = time.monotonic()
