"""Faults of whole programs: they are stopped or frozen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deploy.operations.drills.place import Place

__all__ = ["Freeze", "Stop"]


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
