"""Password hashes: argon2id with the parameters that OWASP names as the least, off the event loop."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.shared.errors import Unavailable

__all__ = ["PARAMETERS", "Passwords", "Turn"]

PARAMETERS = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # memory in KiB: 19 MiB a hash
_AT_ONCE = 2  # hashes at a time: each takes a core
_WAITING = 100  # who comes when so many wait already is sent away, before the waiting takes seconds


class Turn:
    """The right to compute hashes now; made by `Passwords.turn`."""

    def __init__(self, hasher: PasswordHasher, dummy: str) -> None:
        self._hasher = hasher
        self._dummy = dummy

    async def hash(self, password: str) -> str:
        """A salted hash that names its parameters."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. None, for a user who does not exist, takes as long and is never right."""
        try:
            await asyncio.to_thread(self._hasher.verify, password_hash or self._dummy, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


class Passwords:
    """Lets few hashes be computed at a time, so that logins leave processor and memory to others."""

    def __init__(self, hasher: PasswordHasher = PARAMETERS) -> None:
        self._turn = Turn(hasher, hasher.hash(secrets.token_hex()))
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn. Raises Unavailable when too many wait."""
        if self._waiting >= _WAITING:
            raise Unavailable("Too many logins at once.")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield self._turn
        finally:
            self._slots.release()
