"""Where a drill takes place, and what every kind of fault is."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets, ensure
from deploy.operations.installation import Programs

__all__ = ["How", "Place", "lasts"]


async def lasts(over: asyncio.Event, seconds: float) -> bool:
    """Wait for the end of the fault, at most so many seconds; whether it still lasts."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()
    return not over.is_set()


@dataclass
class Place:
    """One installation. held: what lasts as long as the drill and no longer, such as a flood of requests."""

    layout: Layout
    programs: Programs
    held: AsyncExitStack = field(default_factory=AsyncExitStack)

    @cached_property
    def secrets(self) -> Secrets:
        """The passwords of the installation."""
        return ensure(self.layout.secrets)

    @property
    def broker(self) -> str:
        """The broker's address, as its administrator."""
        return StoreUrls(self.layout).amqp()


class How(Protocol):
    """One way to break something. Its fields are the keys of [how] in a fault's file."""

    async def begin(self, at: Place) -> None:
        """Break it. What is put into `at.held` ends with the process, however that ends."""

    async def heal(self, at: Place) -> None:
        """Mend what outlives the process of the drill. It may be called twice, and by another process."""
