"""Slow down guessing: failed logins are counted for each email and each client address.

The counts lie in Redis, shared by all replicas; while it is down, each process counts for itself.
"""

import hashlib
import time
from dataclasses import dataclass

from observability.logging import get_logger
from services.user.store import Store, StoreDown

__all__ = ["ADDRESS_LIMIT", "EMAIL_LIMIT", "WINDOW", "Throttle"]

WINDOW = 300  # seconds from the first failure
EMAIL_LIMIT = 10  # failures in a window
ADDRESS_LIMIT = 50  # more: many people may share an address

_READ = """
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i]) then
    return math.max(1, redis.call('TTL', key))
  end
end
return 0
"""
_FAILED = """
for _, key in ipairs(KEYS) do
  redis.call('INCR', key)
  if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, ARGV[1]) end
end
"""
_FORGET = "return redis.call('DEL', KEYS[1])"
_log = get_logger("throttle")


class Throttle:
    """Says how long a client must wait before its next attempt. Never raises: a login does not need Redis."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._local = _LocalCounts()
        self._read = store.script(_READ)
        self._failed = store.script(_FAILED)
        self._forget = store.script(_FORGET)

    async def wait(self, *, email: str, address: str) -> int:
        """Seconds until an attempt is allowed; 0: now."""
        keys = _keys(email, address)
        limits = (EMAIL_LIMIT, ADDRESS_LIMIT)
        try:
            return int(await self._store.run(self._read, keys, *limits))
        except StoreDown as error:
            _fallback(error)
            return max(self._local.wait(key, limit) for key, limit in zip(keys, limits, strict=True))

    async def failed(self, *, email: str, address: str) -> None:
        """Count a failure."""
        keys = _keys(email, address)
        try:
            await self._store.run(self._failed, keys, WINDOW)
        except StoreDown as error:
            _fallback(error)
            for key in keys:
                self._local.add(key)

    async def succeeded(self, *, email: str, address: str) -> None:
        """Forget the email's failures; the address may still be guessing at others."""
        email_key, _ = _keys(email, address)
        self._local.forget(email_key)
        try:
            await self._store.run(self._forget, [email_key])
        except StoreDown as error:
            _fallback(error)


def _keys(email: str, address: str) -> list[str]:
    # Hashed, so that the store holds no addresses in clear.
    return [
        f"login-failures:{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"
        for kind, value in (("email", email), ("address", address))
    ]


def _fallback(error: StoreDown) -> None:
    _log.warning("throttle.local", reason=str(error))


@dataclass
class _Count:
    failures: int
    ends_at: float


class _LocalCounts:
    """Counts in this process, at most `limit` of them: the oldest goes first."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._counts: dict[str, _Count] = {}

    def add(self, key: str) -> None:
        if self._running(key) is None:
            self._counts.pop(key, None)  # so that a new window is put at the end
            if len(self._counts) >= self._limit:
                del self._counts[next(iter(self._counts))]
            self._counts[key] = _Count(0, time.monotonic() + WINDOW)
        self._counts[key].failures += 1

    def wait(self, key: str, limit: int) -> int:
        count = self._running(key)
        if count is None or count.failures < limit:
            return 0
        return max(1, round(count.ends_at - time.monotonic()))

    def forget(self, key: str) -> None:
        self._counts.pop(key, None)

    def _running(self, key: str) -> _Count | None:
        count = self._counts.get(key)
        return count if count is not None and count.ends_at > time.monotonic() else None
