"""The pause of writes: renewed while it is needed, ended at the end, and never taken for one that it was not."""

import asyncio
import time
from collections.abc import Callable, Iterable
from types import SimpleNamespace
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
        self.slow: Callable[[], None] = lambda: None
        self.held: set[int] = set()

    def hold_writes(self, spans: Iterable[int]) -> None:
        self._times += 1
        self.slow()
        if self._times > 2:
            self.renewed.set()
        if self._times >= self._fails:
            raise ShopError("The gateway is gone.")
        self.held.update(spans)

    def admit_writes(self) -> None:
        self.held.clear()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renewals come fast."""
    monkeypatch.setattr(pause, "_RENEW", 0.01)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the pause, which only the test changes."""
    now = [1_000_000.0]
    monkeypatch.setattr(pause, "time", SimpleNamespace(time=lambda: now[0]))
    return now


async def test_it_lasts_as_long_as_the_block() -> None:
    """It holds the present span and the next ones, again and again, and none afterwards."""
    gateway = Gateway()
    async with writes_held(cast(Reach, gateway)):
        now = int(time.time()) // SPAN
        assert gateway.held >= {now - 1, now, now + 1}  # the gateway's clock may be behind
        await asyncio.wait_for(gateway.renewed.wait(), 5)
    assert gateway.held == set()


async def test_a_pause_that_could_not_be_renewed_is_an_error() -> None:
    """Writes may have come in, so there is no cut; and they are admitted at once."""
    gateway = Gateway(fails=3)
    with pytest.raises(ShopError, match="gone"):
        async with writes_held(cast(Reach, gateway)):
            await asyncio.wait_for(gateway.renewed.wait(), 5)
    assert gateway.held == set()


@pytest.mark.parametrize("slow", ["gateway", "process"])
async def test_a_pause_that_was_renewed_too_late_is_an_error(slow: str, clock: list[float]) -> None:
    """Whether the gateway took a minute or this process stood still: writes may have come in meanwhile."""
    gateway = Gateway()

    async def held() -> None:
        async with writes_held(cast(Reach, gateway)):
            if slow == "gateway":
                gateway.slow = lambda: clock.append(clock.pop() + 60)
                await asyncio.wait_for(gateway.renewed.wait(), 5)
            else:
                clock.append(clock.pop() + 60)

    with pytest.raises(ShopError, match="was over before it was renewed"):
        await held()
    assert gateway.held == set()


async def test_what_was_held_when_a_pod_did_not_answer_is_admitted() -> None:
    """At once: others of the gateway's pods need not wait for the end of the span."""
    gateway = Gateway(fails=1)
    gateway.held.add(7)
    with pytest.raises(ShopError, match="gone"):
        async with writes_held(cast(Reach, gateway)):
            pass
    assert gateway.held == set()
