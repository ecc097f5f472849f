"""Put a backup back: first all that can be checked without touching anything, then store by store, then start."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import redis.asyncio as redis

from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT
from deploy.operations import queues
from deploy.operations.asking import asking
from deploy.operations.backup import archive, documents, ledger, snapshots
from deploy.operations.backup.archive import Manifest
from deploy.operations.backup.messages import channel_to, publish
from deploy.operations.backup.reach import SECRETS, Reach
from services.shared.events import topology

Tell = Callable[[str], None]
_REVISION = re.compile(r'^revision = "(.+)"', re.MULTILINE)


def put_back(reach: Reach, source: Path, *, replace: bool, tell: Tell = lambda _: None) -> Manifest:
    """Make the installation what it was when the backup was taken, and start it. Raises ShopError.

    replace: although the installation holds something of its own. tell: is told what is under way.
    """
    tell("Checking the file")
    manifest = archive.verify(source)
    tell("Checking the installation")
    reach.start_stores()
    with tempfile.TemporaryDirectory(prefix="glasshouse-restore-") as name:
        folder = Path(name)
        asyncio.run(_check(reach, manifest))
        if not replace and (held := asyncio.run(_holds(reach, folder))):
            raise ShopError(
                f"This installation is not empty: it holds {', '.join(held)}.",
                "Nothing was changed. Add --yes to replace these data by the backup.",
            )
        tell("Stopping the services")
        reach.stop_services()
        reach.unfinished.touch()
        try:
            _load(reach, source, manifest, folder, tell)
        except BaseException as error:
            raise ShopError(
                f"The restore ended too early: {str(error) or type(error).__name__}",
                "This installation has only a part of the backup: restore again with --yes or ./shop down --wipe.",
            ) from error
        reach.unfinished.unlink()
    tell("Migrating and starting")
    reach.start()
    return manifest


async def _check(reach: Reach, manifest: Manifest) -> None:
    """Raises ShopError for a backup that is newer than what it is to be put in."""
    for name, revision in manifest.revisions.items():
        if name not in snapshots.DATABASES or revision not in _known_revisions(snapshots.DATABASES[name]):
            raise ShopError(
                f"The backup's database {name} has the migration {revision}, which this version does not know.",
                "Nothing was changed. Restore it with the version that wrote it, or a newer one.",
            )
    async with snapshots.connected("orders", reach.database_urls["orders"]) as session:
        if (version := await session.version()) < manifest.postgresql:
            raise ShopError(
                f"The backup was made with PostgreSQL {manifest.postgresql}, and this installation has {version}.",
                f"Nothing was changed. Restore it where PostgreSQL is {manifest.postgresql} or newer.",
            )


def _known_revisions(package: str) -> set[str]:
    versions = (CHECKOUT / "services" / package / "migrations" / "versions").glob("*.py")
    return {found[1] for path in versions if (found := _REVISION.search(path.read_text(encoding="utf-8")))}


async def _holds(reach: Reach, folder: Path) -> list[str]:
    """What there is that a fresh installation has not."""
    fresh = {"users": 1}  # the administrator
    rows = await _rows(reach, snapshots.DATABASES)
    held = [f"{count} {name}" for name, count in rows.items() if count > fresh.get(name, 0)]
    if documents.is_used(reach.addresses.mongo):
        held.append("products that were changed or ordered")
    if charges := await asyncio.to_thread(ledger.count, reach, folder):
        held.append(f"{charges} charges")
    return held


def _load(reach: Reach, source: Path, manifest: Manifest, folder: Path, tell: Tell) -> None:
    loaded: dict[str, int] = {}
    for name in snapshots.DATABASES:
        tell(f"Restoring {name}")
        if name not in manifest.revisions:  # the backup is older than the service
            snapshots.empty(reach, name)
            continue
        with archive.opened(source, f"{name}.dump") as file:
            snapshots.load(reach, name, file)
    tell("Restoring products and stock")
    for name in documents.COLLECTIONS:
        with archive.opened(source, f"{name}.bson.gz") as file:
            loaded[name] = documents.load(reach.addresses.mongo, name, file)
    tell("Restoring the ledger and secrets")
    with archive.opened(source, ledger.FILE) as file:
        loaded["charges"] = ledger.load(reach, file, folder)
    with archive.opened(source, "messages.jsonl") as file:
        loaded["messages"] = asyncio.run(_messages(reach, file))
    reach.replace_secrets({name: _read(source, f"secrets/{name}") for name in SECRETS})
    loaded.update(asyncio.run(_rows(reach, manifest.revisions)))
    if loaded != dict(manifest.counts):
        raise ShopError(f"The restore wrote {loaded}, but the backup has {dict(manifest.counts)}.")


async def _messages(reach: Reach, lines: Iterable[bytes]) -> int:
    """Empty Redis and all queues, then publish what was on its way; how many messages."""
    with asking("Redis"):
        async with redis.from_url(reach.redis) as cache:
            await cache.flushall()  # sessions and caches of what is no more
    published = 0
    async with channel_to(reach.addresses.amqp) as channel:
        with asking("RabbitMQ"):
            await topology.declare(channel)
            for name in queues.EVERY:
                await (await channel.get_queue(name, ensure=False)).purge()
        for line in lines:
            await publish(channel, line)
            published += 1
    return published


async def _rows(reach: Reach, databases: Iterable[str]) -> dict[str, int]:
    counts = {}
    for name in databases:
        async with snapshots.connected(name, reach.database_urls[name]) as session:
            counts[name] = await session.count()
    return counts


def _read(source: Path, name: str) -> bytes:
    with archive.opened(source, name) as file:
        return file.read()
