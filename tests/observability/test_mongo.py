"""observability.mongo: what the listeners make of the driver's announcements."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from observability.mongo import instrument_pymongo
from observability.testing import CapturedSpans, MetricDelta, metric_value

COUNT = "db_client_operation_duration_seconds_count"


def _event(name: str = "find", **more: Any) -> Any:
    """What the driver announces."""
    common = {
        "command_name": name,
        "command": {name: "products"},
        "database_name": "shop",
        "request_id": 7,
        "connection_id": ("mongo", 27017),
        "duration_micros": 1_000_000,
    }
    return SimpleNamespace(**(common | more))


async def test_commands_are_measured() -> None:
    """Known commands by name, others under one label; failures too."""
    commands, _ = instrument_pymongo("products")
    find = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="find")
    other = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="_OTHER")
    failed = [
        MetricDelta(COUNT, db_operation_name="find", error_type=name)
        for name in ("", "DuplicateKey", "AutoReconnect", "_OTHER")
    ]
    duplicate = MetricDelta(COUNT, db_namespace="shop", db_response_status_code="11000", error_type="DuplicateKey")
    took = MetricDelta(
        "db_client_operation_duration_seconds_sum", db_system_name="mongodb", db_operation_name="find"
    )
    commands.succeeded(_event(duration_micros=2_000_000))
    for failure in ({"code": 11000, "codeName": "DuplicateKey"}, {"errtype": "AutoReconnect"}, {}):
        commands.failed(_event(failure=failure))
    commands.succeeded(_event("somethingNew"))
    assert (find.value, other.value) == (4, 1)
    assert [delta.value for delta in failed] == [1, 1, 1, 1]
    assert duplicate.value == 1
    assert took.value == pytest.approx(5)


@pytest.mark.parametrize(
    ("command", "content", "name", "collection"),
    [
        ("find", {"find": "products"}, "find products", "products"),
        ("getMore", {"getMore": 4711, "collection": "products"}, "getMore products", "products"),
        ("ping", {"ping": 1}, "ping shop", None),
    ],
)
async def test_a_command_is_a_span(
    captured_spans: CapturedSpans, command: str, content: dict[str, Any], name: str, collection: str | None
) -> None:
    """Named by what is done and to what; it is a child of the current one, and other tasks have theirs."""
    commands, _ = instrument_pymongo("products")

    async def another() -> None:
        commands.started(_event("insert", request_id=8))
        await asyncio.Event().wait()

    with trace.get_tracer("t").start_as_current_span("caller") as caller:
        commands.started(_event(command, command=content))
        beside = asyncio.create_task(another())
        await asyncio.sleep(0)
        commands.succeeded(_event(command))
    beside.cancel()
    span = captured_spans.all[0]
    assert (span.name, span.kind, span.parent) == (name, SpanKind.CLIENT, caller.get_span_context())
    attributes = dict(span.attributes or {})
    assert attributes.pop("db.collection.name", None) == collection
    assert attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": command,
        "db.namespace": "shop",
        "server.address": "mongo",
        "server.port": 27017,
    }


@pytest.mark.parametrize("command", ["saslStart", "saslContinue", "endSessions"])
async def test_what_opens_and_closes_a_connection_is_no_span(captured_spans: CapturedSpans, command: str) -> None:
    """The driver sends it by itself, in whichever request needs a new connection. It is measured all the same."""
    commands, _ = instrument_pymongo("products")
    other = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="_OTHER")
    commands.started(_event(command))
    commands.succeeded(_event(command))
    assert captured_spans.all == []
    assert other.value == 1


async def test_a_failed_command_says_what_failed(captured_spans: CapturedSpans) -> None:
    """By the server's name and code, without its words: they repeat what was to be stored."""
    commands, _ = instrument_pymongo("products")
    commands.started(_event("insert"))
    commands.failed(_event("insert", failure={"code": 11000, "codeName": "DuplicateKey", "errmsg": "dup hunter2"}))
    (span,) = captured_spans.all
    attributes = dict(span.attributes or {})
    assert (attributes["error.type"], attributes["db.response.status_code"]) == ("DuplicateKey", "11000")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)


async def _given_up(commands: Any) -> None:
    """A task that waits for a command until it is cancelled; the driver announces no end of that."""
    commands.started(_event())
    await asyncio.Event().wait()


async def _goes_on(commands: Any) -> None:
    """One that gives a command up, and asks another."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            await _given_up(commands)
    commands.started(_event("ping", request_id=8))
    commands.succeeded(_event("ping", request_id=8))


@pytest.mark.parametrize("waits", [_given_up, _goes_on])
async def test_a_command_that_is_given_up_ends(captured_spans: CapturedSpans, waits: Any) -> None:
    """It took its time, says nothing against the server, and is not kept."""
    commands, _ = instrument_pymongo("products")
    cancelled = MetricDelta(COUNT, db_operation_name="find", error_type="")
    task = asyncio.create_task(waits(commands))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    await asyncio.sleep(0)  # what is called when a task is done comes a turn later
    assert cancelled.value == 1
    assert captured_spans.all[0].name == "find products"
    assert captured_spans.all[0].status.status_code == StatusCode.UNSET
    assert commands._open == {}


def test_connections_are_counted() -> None:
    """Used and idle follow what the driver says, also when a used connection breaks."""
    _, pool = instrument_pymongo("products")
    event: Any = None

    def shown() -> tuple[float, float]:
        return (
            metric_value(
                "db_client_connection_count",
                db_client_connection_pool_name="products",
                db_client_connection_state="used",
            ),
            metric_value(
                "db_client_connection_count",
                db_client_connection_pool_name="products",
                db_client_connection_state="idle",
            ),
        )

    pool.connection_created(event)
    pool.connection_created(event)
    pool.connection_checked_out(event)
    assert shown() == (1, 1)
    pool.connection_checked_in(event)
    pool.connection_closed(event)
    assert shown() == (0, 1)
