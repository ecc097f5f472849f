"""A day without a broker: a hundred thousand events wait, and leave without filling the memory."""

import functools
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from observability.tasks import Tasks
from services.shared.database import Database
from services.shared.events.broker import Broker
from services.shared.events.outbox import outbox
from services.shared.events.relay import relay
from tests.services.shared.conftest import QUEUE, SERVICE, TYPE
from tests.services.shared.events.mailbox import Mailbox
from tests.services.support import until

BACKLOG = 100_000
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


@pytest.mark.full
async def test_a_backlog_drains_without_growing_memory(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox
) -> None:
    """At most one batch of it is ever held: 50 MB more at the most, for 100,000 events."""
    async with database.session() as session:
        await session.execute(
            text(
                "INSERT INTO outbox (event, traceparent, request_id) "
                "SELECT jsonb_build_object('id', 'event-' || n, "
                "'type', CAST(:type AS text), 'time', now(), 'version', 1, 'data', jsonb_build_object('n', n)), "
                "'', 'request-' || n FROM generate_series(1, :count) n"
            ),
            {"type": TYPE, "count": BACKLOG},
        )
    before = peak = resident()

    async def drained() -> bool:
        nonlocal peak
        peak = max(peak, resident())
        async with database.session() as session:
            return await session.scalar(select(func.count()).select_from(outbox)) == 0

    tasks = Tasks()
    tasks.start("relay", functools.partial(relay, database_url, broker, SERVICE))
    await until(drained, 300)
    await tasks.stop()

    assert peak - before < 50_000_000
    assert await mailbox.waiting(QUEUE) == BACKLOG
