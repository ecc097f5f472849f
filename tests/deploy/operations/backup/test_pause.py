"""The pause of writes: renewed while it is needed, ended at the end, and never taken for one that it was not."""

import asyncio
import time
from collections.abc import Iterable
from typing import cast

import pytest

from deploy.installation.errors import ShopError
from deploy.operations.backup import pause
from deploy.operations.backup.pause import SPAN, writes_held
from deploy.operations.backup.reach import Reach


class Gateway:
    """Remembers what it was told. fails: from this time on it cannot be told to hold writes."""

    def __init__(self, fails: int = 1_000_000) -> None:
        self._fails = fails
        self._times = 0
        self.renewed = asyncio.Event()
        self.held: set[int] = set()

    def hold_writes(self, slots: Iterable[int]) -> None:
        self._times += 1
        if self._times > 2:
            self.renewed.set()
        if self._times >= self._fails:
            raise ShopError("The gateway is gone.")
        self.held.update(slots)

    def admit_writes(self) -> None:
        self.held.clear()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewals come fast."""
    monkeypatch.setattr(pause, "_RENEW", 0.01)


async def test_it_lasts_as_long_as_the_block() -> None:
    """It holds the present span and the next ones, again and again, and none afterwards."""
    gateway = Gateway()
    async with writes_held(cast(Reach, gateway)):
        now = int(time.time()) // SPAN
        assert gateway.held >= {now, now + 1}
        await asyncio.wait_for(gateway.renewed.wait(), 5)
    assert gateway.held == set()


async def test_a_pause_that_could_not_be_renewed_is_an_error() -> None:
    """Writes may have come in, so there is no cut; and they are admitted at once."""
    gateway = Gateway(fails=3)
    with pytest.raises(ShopError, match="gone"):
        async with writes_held(cast(Reach, gateway)):
            await asyncio.wait_for(gateway.renewed.wait(), 5)
    assert gateway.held == set()
