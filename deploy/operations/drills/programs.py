"""Faults of whole programs: they are stopped, frozen, or killed again and again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deploy.operations.drills.place import Place

__all__ = ["CrashLoop", "Freeze", "Stop"]


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
class CrashLoop:
    """A program gets SIGKILL as soon as it runs again, every `every` seconds."""

    program: str
    every: float

    async def begin(self, at: Place) -> None:
        async def kill() -> None:
            while True:
                await asyncio.to_thread(at.programs.kill, self.program)
                await asyncio.sleep(self.every)

        task = asyncio.create_task(kill())
        at.held.callback(task.cancel)

    async def heal(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.start, (self.program,))
