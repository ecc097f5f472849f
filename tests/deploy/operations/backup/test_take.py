"""When the cut may be made: not before all events of the time before the recording have been taken in."""

import time
from collections.abc import Iterable
from typing import cast

import pytest

from deploy.installation.errors import ShopError
from deploy.operations.backup import take
from deploy.operations.backup.take import taken_in
from deploy.operations.queues import Queues
from services.shared.events.topology import QUEUES, RETRY_DELAYS_MS, retry_queue

LEAD = 0.3  # seconds
WORK, RETRY = "order.payments", retry_queue("order.payments", 200)
EVERY = [name for queue in QUEUES for name in (queue, *(retry_queue(queue, ms) for ms in RETRY_DELAYS_MS))]


class Looks:
    """Queues that hold a message, look for look; those of the last look for ever."""

    def __init__(self, *held: Iterable[str]) -> None:
        self._held = [set(names) for names in held]
        self.changed = 0.0  # when the last look came

    async def empty(self) -> dict[str, bool]:
        held = self._held[0]
        if len(self._held) > 1:
            self._held.pop(0)
            self.changed = time.monotonic()
        return {name: name not in held for name in EVERY}


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param([*[[WORK]] * 8, []], id="it runs empty late"),
        pytest.param([[], [RETRY], [WORK], []], id="what was at work fails and is tried again"),
    ],
)
async def test_what_was_delivered_last_has_its_time(looks: list[list[str]]) -> None:
    """However long the queue took to run empty, the last of it may be at work for as long as a delivery takes."""
    places = Looks(*looks)
    await taken_in(cast(Queues, places), LEAD)
    assert time.monotonic() - places.changed >= LEAD - 0.06  # a look before the last change


@pytest.mark.alone
async def test_a_busy_queue_may_have_new_messages() -> None:
    """Those are recorded: it need not stay empty."""
    places = Looks([], [WORK])
    began = time.monotonic()
    await taken_in(cast(Queues, places), LEAD)
    assert time.monotonic() - began < 10 * LEAD


@pytest.mark.parametrize("stuck", [WORK, RETRY])
async def test_what_nobody_takes_in_ends_the_backup(stuck: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named."""
    monkeypatch.setattr(take, "_EMPTY_SECONDS", 0.1)
    with pytest.raises(ShopError, match=WORK):
        await taken_in(cast(Queues, Looks([stuck])), 0.0)
