"""Refresh sessions: a token `<family>.<secret>` that is good for one use and gives the next of its family.

Redis keeps, for each family, its user and a hash of the newest secret. An older secret that comes back was
copied by somebody, so it ends its family (RFC 9700, 4.14.2).

An answer may be lost, or be 503 because Redis was slow, after the secret was used up. So for `_AGAIN` the last one
that was used is taken again, and a newer secret replaces the one that was given for it. If that was no lost answer
but a thief, the two of them have different secrets: the first use of the older one ends the family.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from services.user.scripts import Scripts

__all__ = ["LIFETIME", "Session", "Sessions"]

LIFETIME = 30 * 86_400  # seconds; starts again with each use
_AGAIN = 30  # seconds; the shop's pages wait 20 for an answer

_OPEN = """
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'epoch', ARGV[2], 'secret', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""
_FIND = "return redis.call('HMGET', KEYS[1], 'user', 'epoch')"
# The next secret is of this one call: where it is the newest already, the call is sent for the second time.
_ROTATE = """
local newest = redis.call('HGET', KEYS[1], 'secret')
if not newest then return 'unknown' end
if newest == ARGV[2] then return 'rotated' end
local now = tonumber(redis.call('TIME')[1])
if newest == ARGV[1] then
  redis.call('HSET', KEYS[1], 'before', ARGV[1], 'used_at', now)
else
  local used = redis.call('HMGET', KEYS[1], 'before', 'used_at')
  if used[1] ~= ARGV[1] or now - tonumber(used[2]) >= tonumber(ARGV[4]) then
    redis.call('DEL', KEYS[1])
    return 'reused'
  end
end
redis.call('HSET', KEYS[1], 'secret', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 'rotated'
"""
_END = "return redis.call('DEL', KEYS[1])"


@dataclass(frozen=True)
class Session:
    """A family: whose it is, and the epoch of that user (models.User) in which it began."""

    user_id: str
    epoch: int


class Sessions:
    """Opens, rotates and ends sessions. Every method raises RedisDownError when Redis does not answer."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def open(self, session: Session) -> str:
        """Begin a family; its first token."""
        family, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        await self._scripts.run(_OPEN, [_key(family)], session.user_id, session.epoch, _digest(secret), LIFETIME)
        return f"{family}.{secret}"

    async def find(self, token: str) -> Session | None:
        """The session of the token's family. Says nothing of the token: only `rotate` judges it."""
        user_id, epoch = await self._scripts.run(_FIND, [_key(_family(token))])
        return Session(user_id, int(epoch)) if user_id else None

    async def rotate(self, token: str) -> tuple[Literal["rotated", "reused", "unknown"], str]:
        """Trade the newest token of a family for the next one; an older one ends the family.

        Second: the next token, which is good only after `rotated`. Of two uses at once both are answered, and the
        token of one of them is good.
        """
        family, _, used = token.partition(".")
        secret = secrets.token_urlsafe(32)
        outcome = await self._scripts.run(
            _ROTATE, [_key(family)], _digest(used), _digest(secret), LIFETIME, _AGAIN
        )
        return outcome, f"{family}.{secret}"

    async def end(self, token: str) -> None:
        """End the token's family, if there is one."""
        await self._scripts.run(_END, [_key(_family(token))])


def _family(token: str) -> str:
    return token.partition(".")[0]


def _key(family: str) -> str:
    return f"session:{family}"


def _digest(secret: str) -> str:
    # A plain hash is enough: the secret is 256 random bits, not a password.
    return hashlib.sha256(secret.encode()).hexdigest()
