"""Faults of whole programs: they are stopped, frozen, or killed again and again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deploy.operations.drills.place import Place

__all__ = ["Crash", "Freeze", "Stop"]


@dataclass(frozen=True)
class Stop:
    """The programs end in good order, and stay away."""

    programs: tuple[str, ...]

    async def begin(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.stop, self.programs)

    async def heal(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.start, self.programs)


@dataclass(frozen=True)
class Freeze:
    """The programs get SIGSTOP: they accept connections, and answer nothing."""

    programs: tuple[str, ...]

    async def begin(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.freeze, self.programs)

    async def heal(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.thaw, self.programs)


@dataclass(frozen=True)
class Crash:
    """The process of a program is killed, and each that follows it so many seconds later."""

    program: str
    each_seconds: float

    async def begin(self, at: Place) -> None:
        at.held.callback(asyncio.create_task(self._kill(at)).cancel)

    async def _kill(self, at: Place) -> None:
        while True:
            await asyncio.to_thread(at.programs.kill, self.program)
            await asyncio.sleep(self.each_seconds)

    async def heal(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.start, (self.program,))
