"""Slow down guessing: failed logins are counted for each account and address together, address, and account.

    account and address    10    a stranger's guesses lock out the stranger, and never the owner elsewhere
    address                50    one password tried on many accounts
    account               100    guesses from many addresses; it does not hold for addresses where somebody got in
                                 within the last 30 days, so the owner at home is not locked out by them either

The counts lie in Redis, shared by all replicas; while it is down, each process counts for itself.
"""

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from observability.logging import get_logger
from services.shared.errors import Policy
from services.user.scripts import RedisDownError, Scripts

__all__ = ["ADDRESS_LIMIT", "EMAIL_LIMIT", "PAIR_LIMIT", "WINDOW", "Throttle"]

WINDOW = 300  # seconds from the first failure
PAIR_LIMIT = 10  # failures in a window
ADDRESS_LIMIT = 50  # more: many people may share an address
EMAIL_LIMIT = 100
_POLICIES = (  # in the order of the keys
    Policy("failed-logins", PAIR_LIMIT, WINDOW),
    Policy("failed-logins-address", ADDRESS_LIMIT, WINDOW),
    Policy("failed-logins-account", EMAIL_LIMIT, WINDOW),
)
_LIMITS = tuple(policy.quota for policy in _POLICIES)
_KNOWN = 30 * 86_400  # seconds that an address is known to an account after a login

# The last two keys are that of the account, and the mark of an address that is known to it.
_READ = """
for i = 1, #KEYS - 1 do
  local excused = i == #KEYS - 1 and redis.call('EXISTS', KEYS[#KEYS]) == 1
  if not excused and tonumber(redis.call('GET', KEYS[i]) or '0') >= tonumber(ARGV[i]) then
    return {math.max(1, math.ceil(redis.call('PTTL', KEYS[i]) / 1000)), i}
  end
end
return {0, 0}
"""
_FAILED = """
for i = 1, #KEYS - 1 do
  redis.call('INCR', KEYS[i])
  if redis.call('TTL', KEYS[i]) < 0 then redis.call('EXPIRE', KEYS[i], ARGV[1]) end
end
"""
_SUCCEEDED = """
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], '1', 'EX', ARGV[1])
"""
_log = get_logger("throttle")


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until an attempt is allowed, and the limit that says so."""

    seconds: int
    policy: Policy


class Throttle:
    """Says how long a client must wait before its next attempt. Never raises: a login does not need Redis."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._local = _LocalCounts()

    async def wait(self, *, email: str, address: str) -> Wait | None:
        """How long to wait; None: an attempt is allowed now."""
        keys = _keys(email, address)
        try:
            seconds, number = await self._scripts.run(_READ, keys, *_LIMITS)
        except RedisDownError as error:
            _fallback(error)
            return self._local.wait(keys)
        return Wait(int(seconds), _POLICIES[int(number) - 1]) if seconds else None

    async def failed(self, *, email: str, address: str) -> None:
        """Count a failure."""
        keys = _keys(email, address)
        try:
            await self._scripts.run(_FAILED, keys, WINDOW)
        except RedisDownError as error:
            _fallback(error)
            for key in keys[:-1]:
                self._local.add(key)

    async def succeeded(self, *, email: str, address: str) -> None:
        """Forget the failures of this account from this address, which is known from now on.

        The address may still be guessing at others, and others at the account: those counts stay.
        """
        pair, _, _, known = _keys(email, address)
        self._local.forget(pair)
        self._local.add(known)
        try:
            await self._scripts.run(_SUCCEEDED, [pair, known], _KNOWN)
        except RedisDownError as error:
            _fallback(error)


def _keys(email: str, address: str) -> list[str]:
    # Hashed, so that the store holds no addresses in clear.
    pair = f"{email}\n{address}"
    return [
        f"login-{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"
        for kind, value in (
            ("failures:pair", pair),
            ("failures:address", address),
            ("failures:email", email),
            ("known", pair),
        )
    ]


def _fallback(error: RedisDownError) -> None:
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

    def wait(self, keys: Sequence[str]) -> Wait | None:
        """How long to wait, as `_READ` tells it."""
        *counted, known = keys
        policies = _POLICIES[:-1] if self._running(known) else _POLICIES
        for key, policy in zip(counted, policies, strict=False):
            count = self._running(key)
            if count is not None and count.failures >= policy.quota:
                return Wait(math.ceil(count.ends_at - time.monotonic()), policy)
        return None

    def forget(self, key: str) -> None:
        self._counts.pop(key, None)

    def _running(self, key: str) -> _Count | None:
        count = self._counts.get(key)
        return count if count is not None and count.ends_at > time.monotonic() else None
