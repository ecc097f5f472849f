"""What drills break inside of a service: only while their flag is on, and nothing is left of it."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from opentelemetry import trace
from sqlalchemy import QueuePool, text

from observability.testing import CapturedSpans
from services.shared import drills
from services.shared.database import Database
from services.shared.flags import flags
from tests.services.shared.tables import WRITE, alone, execute
from tests.services.shared.test_flags import definition
from tests.services.support import until


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    """At the end the flags of the process are off."""
    yield
    flags.replace({}, {})


async def test_a_message_is_held_until_the_flag_is_off() -> None:
    """Those of other queues are not."""
    flags.replace({"consumer-stopped": definition({"on": True}, queue="a")}, {})
    await asyncio.wait_for(drills.before_delivery("b"), 1)
    held = asyncio.create_task(drills.before_delivery("a"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(held), 0.05)
    flags.replace({}, {})
    await asyncio.wait_for(held, 5)


async def test_a_slow_route_waits_and_others_do_not() -> None:
    """For as long as the flag says."""
    flags.replace({"route-slow": definition({"seconds": 0.1}, route="/slow")}, {})
    began = time.perf_counter()
    await drills.in_route("/fast")
    fast = time.perf_counter() - began
    await drills.in_route("/slow")
    assert time.perf_counter() - began - fast >= 0.1 > fast


@pytest.mark.parametrize("is_prepared", [False, True])
async def test_connections_leak_until_the_flag_is_off(
    database: Database,
    captured_spans: CapturedSpans,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    is_prepared: bool,
) -> None:
    """At most as many as the flag says; then they go back. Nothing was locked, and no span grew after its end."""
    monkeypatch.setattr(drills, "_PAUSE", 0.02)
    flags.replace({"connection-leak": definition({"most": 3})}, {})
    pool = cast(QueuePool, database.engine.pool)

    async def transaction() -> bool:
        with trace.get_tracer("test").start_as_current_span("request"):
            if is_prepared:
                await alone(database, WRITE, given="done")
            else:
                await execute(database, "INSERT INTO effects VALUES ('done')")
        return pool.checkedout() == 3

    await until(transaction)
    for _ in range(3):
        await transaction()
    assert pool.checkedout() == 3
    async with database.session() as session:
        await session.execute(text("LOCK TABLE effects IN ACCESS EXCLUSIVE MODE NOWAIT"))
    asked: list[str] = []
    value = flags.value

    def ask(key: str, **context: str) -> Mapping[str, Any]:
        asked.append(key)
        return value(key, **context)

    monkeypatch.setattr(flags, "value", ask)

    async def each_task_has_asked_again() -> bool:
        return len(asked) >= 6

    await until(each_task_has_asked_again)
    assert caplog.messages == []
    flags.replace({}, {})

    async def is_whole() -> bool:
        return pool.checkedout() == 0

    await until(is_whole)
