"""Take a backup: one cut through all stores. docs/recovery.md goes through it line by line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.operations import queues
from deploy.operations.backup import archive, documents, ledger, snapshots
from deploy.operations.backup.archive import Manifest
from deploy.operations.backup.messages import channel_to
from deploy.operations.backup.pause import writes_held
from deploy.operations.backup.reach import Source
from deploy.operations.backup.snapshots import Session
from deploy.operations.backup.tape import Tape, dead_letters, recording
from deploy.operations.queues import Queues
from services.shared.events.topology import QUEUES, RETRY_DELAYS_MS, retry_queue

LEAD_SECONDS = 25.0  # the longest that a delivery is at work: 20 s for its effect, 5 s for its answer
_EMPTY_SECONDS = 90.0  # more than that for what is on its way to be taken in, while the shop is open
_DRAIN_SECONDS = 15.0  # for the orders under way, while writes are held; the gateway ends a request after 15 s
_LONGEST_PAUSE = 60.0  # seconds
_TRIES = 3  # cuts; a request that began before the pause may end during the first
_LOOK = 0.05  # seconds between looks

Tell = Callable[[str], None]
_RECENT_PENDING = "SELECT count(*) FROM orders WHERE status = 'pending' AND created_at > now() - interval '60 s'"


@dataclass
class Cut:
    """One moment of the platform: open snapshots, and what was copied. pause: seconds that writes were held."""

    sessions: list[Session]
    counts: dict[str, int]
    created: datetime
    pause: float = 0.0
    messages: list[str] = field(default_factory=list)


def take(
    reach: Source, target: Path, *, lead_seconds: float = LEAD_SECONDS, tell: Tell = lambda _: None
) -> Manifest:
    """Write a backup of everything to `target`. Raises ShopError, or CouldNotAskError for a store that is mute.

    tell: is told what is under way. Whatever ends it early leaves no file, and the pause of writes ends by itself.
    """
    with reach.exclusive(), archive.staging_folder(target) as folder:
        if reach.unfinished.exists():
            raise ShopError(
                "A restore is under way here, or was interrupted.", "Finish it first: ./shop restore <file> --yes"
            )
        manifest = asyncio.run(_collect(reach, folder, lead_seconds, tell))
        tell("Writing the file")
        archive.write(target, folder, manifest)
    return manifest


async def _collect(reach: Source, folder: Path, lead_seconds: float, tell: Tell) -> Manifest:
    for name, value in reach.secrets().items():
        (folder / "secrets").mkdir(exist_ok=True)
        (folder / "secrets" / name).write_bytes(value)
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(channel_to(reach.addresses.amqp))
        tape = await stack.enter_async_context(recording(channel))
        places = await stack.enter_async_context(queues.connected(reach.addresses.amqp))
        tell(f"Recording events for {lead_seconds:.0f} s or more, until those from before have been taken in")
        await taken_in(places, lead_seconds)
        tell("Holding writes for a moment, to copy all stores as of the same time")
        cut = await stack.enter_async_context(_cut(reach, folder, tape, places))
        tell("Writes go on; copying the databases")
        orders = next(session for session in cut.sessions if session.name == "orders")
        lines = [*cut.messages, *tape.lines(await orders.statuses(tape.order_ids))]
        (folder / "messages.jsonl").write_text("".join(f"{line}\n" for line in lines))
        for session in cut.sessions:
            cut.counts[session.name] = await session.count()
            await snapshots.dump(reach, session, folder / f"{session.name}.dump")
        await asyncio.to_thread(ledger.compress, folder)
        return Manifest(
            created=cut.created.isoformat(),
            pause_seconds=round(cut.pause, 3),
            postgresql=await orders.version(),
            revisions={session.name: await session.revision() for session in cut.sessions},
            counts={**cut.counts, "messages": len(lines)},
            files=await asyncio.to_thread(archive.describe, folder),
        )


@asynccontextmanager
async def _cut(reach: Source, folder: Path, tape: Tape, places: Queues) -> AsyncIterator[Cut]:
    async with AsyncExitStack() as resources:
        began = time.monotonic()
        try:
            async with writes_held(reach), asyncio.timeout(_LONGEST_PAUSE):
                cut = await _one_of_some(reach, folder, places, resources)
                await tape.stop()
                async with channel_to(reach.addresses.amqp) as letters:
                    cut.messages = await dead_letters(letters)
        except TimeoutError:
            raise ShopError(f"The cut was not made within {_LONGEST_PAUSE:.0f} s.", "Try again later.") from None
        cut.pause = time.monotonic() - began
        yield cut


async def _one_of_some(reach: Source, folder: Path, places: Queues, resources: AsyncExitStack) -> Cut:
    """The first attempt during which nothing came in; its sessions go to `resources`."""
    for _ in range(_TRIES):
        async with AsyncExitStack() as attempt:
            if (cut := await _attempt(reach, folder, places, attempt)) is not None:
                resources.push_async_exit(attempt.pop_all())
                return cut
    raise ShopError("Orders or payments came in although writes were held.", "Try again.")


async def _attempt(reach: Source, folder: Path, places: Queues, stack: AsyncExitStack) -> Cut | None:
    """A cut, or None when something came in meanwhile. The order of its lines is what makes it one."""
    urls = reach.database_urls
    live_orders = await stack.enter_async_context(snapshots.connected("orders", urls["orders"]))
    live_payments = await stack.enter_async_context(snapshots.connected("payments", urls["payments"]))
    known = await _drained(live_orders, places)
    counts = await asyncio.to_thread(documents.export, reach.addresses.mongo, folder)
    payments = await stack.enter_async_context(snapshots.snapshot("payments", urls["payments"]))
    counts["charges"] = await asyncio.to_thread(ledger.copy, reach, folder)
    orders = await stack.enter_async_context(snapshots.snapshot("orders", urls["orders"]))
    created = datetime.now(UTC)
    others = [
        await stack.enter_async_context(snapshots.snapshot(name, urls[name]))
        for name in urls
        if name not in (orders.name, payments.name)
    ]
    if await orders.count() != known or await payments.count() != await live_payments.count():
        return None
    return Cut([*others, orders, payments], counts, created)


async def taken_in(places: Queues, lead_seconds: float) -> None:
    """Wait until no event from before is in a queue or at work any more. Raises ShopError after a time.

    When a work queue has run empty, what was in it is at work. That is over when its retry queues stay empty for
    as long as a delivery may be at work: one that fails meanwhile is seen there, and begins the wait anew.
    """
    since: dict[str, float] = {}
    deadline = time.monotonic() + lead_seconds + _EMPTY_SECONDS
    while True:
        empty = await places.empty()
        now = time.monotonic()
        for queue in QUEUES:
            if not all(empty[retry_queue(queue, ms)] for ms in RETRY_DELAYS_MS):
                since.pop(queue, None)
            elif empty[queue]:
                since.setdefault(queue, now)
        waiting = [queue for queue in QUEUES if queue not in since or now - since[queue] < lead_seconds]
        if not waiting:
            return
        if now > deadline:
            raise ShopError(
                f"{', '.join(waiting)} still had messages after {lead_seconds + _EMPTY_SECONDS:.0f} s.",
                "Such events are in no store, so the backup would miss them. See ./shop status",
            )
        await asyncio.sleep(_LOOK)


async def _drained(orders: Session, places: Queues) -> int:
    """Wait until all new orders have their decision, and nothing waits in a queue; how many orders that were."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    while True:
        known = await orders.count()  # first: one that comes after it makes a difference later
        pending = await orders.value(_RECENT_PENDING)
        if not pending and all((await places.empty()).values()):
            return known
        if time.monotonic() > deadline:
            raise ShopError(
                f"After {_DRAIN_SECONDS:.0f} s without writes {pending} orders were pending, or events waited.",
                "Is everything up? ./shop status, ./shop dlq list; then try again.",
            )
        await asyncio.sleep(_LOOK)
