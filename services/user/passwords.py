"""Password hashes: argon2id with the parameters that OWASP names as the least, off the event loop."""

import asyncio
import contextlib
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.shared.errors import Unavailable

__all__ = ["PARAMETERS", "Passwords", "Turn"]

T = TypeVar("T")
PARAMETERS = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # memory in KiB: 19 MiB a hash
_AT_ONCE = 2  # hashes at a time: each takes a core
_WAITING = 100  # who comes when so many wait already is sent away: that is a few seconds of work


class Turn:
    """The right to compute hashes now; made by `Passwords.turn`."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._dummy = threads.submit(PARAMETERS.hash, secrets.token_hex()).result()

    async def hash(self, password: str) -> str:
        """A salted hash that names its parameters. It is of the composed form: keyboards send é as one or two."""
        return await self._run(PARAMETERS.hash, unicodedata.normalize("NFC", password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. None, for a user who does not exist, takes as long and is never right.

        Older hashes are of a password as it was sent; those of a composed one are the same.
        """
        composed = unicodedata.normalize("NFC", password)
        for form in (composed,) if composed == password else (composed, password):
            with contextlib.suppress(VerificationError, InvalidHashError):
                await self._run(PARAMETERS.verify, password_hash or self._dummy, form)
                return password_hash is not None
        return False

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return PARAMETERS.check_needs_rehash(password_hash)

    async def _run(self, function: Callable[..., T], *arguments: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


class Passwords:
    """Lets few hashes be computed at a time, so that logins leave processor and memory to others."""

    def __init__(self) -> None:
        # Threads of its own: the allocator keeps a hash's memory for each thread that ever computed one.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._turn = Turn(self._threads)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn. Raises Unavailable when too many wait."""
        if self._waiting >= _WAITING:
            raise Unavailable("Too many logins at once.", kind="overloaded")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield self._turn
        finally:
            self._slots.release()

    async def close(self) -> None:
        """End the threads; a hash that is being computed is waited for."""
        await asyncio.to_thread(self._threads.shutdown)
