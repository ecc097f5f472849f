"""observability.mongo: what the listeners make of the driver's announcements."""

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


def test_commands_are_measured() -> None:
    """Known commands by name, others under one label; failures too."""
    commands, _ = instrument_pymongo("products")
    find = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="find")
    other = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="_OTHER")
    failed = [
        MetricDelta(COUNT, db_operation_name="find", error_type=name)
        for name in ("", "DuplicateKey", "AutoReconnect", "_OTHER")
    ]
    took = MetricDelta(
        "db_client_operation_duration_seconds_sum", db_system_name="mongodb", db_operation_name="find"
    )
    commands.succeeded(_event(duration_micros=2_000_000))
    for failure in ({"code": 11000, "codeName": "DuplicateKey"}, {"errtype": "AutoReconnect"}, {}):
        commands.failed(_event(failure=failure))
    commands.succeeded(_event("somethingNew"))
    assert (find.value, other.value) == (4, 1)
    assert [delta.value for delta in failed] == [1, 1, 1, 1]
    assert took.value == pytest.approx(5)


@pytest.mark.parametrize(
    ("command", "content", "name", "collection"),
    [
        ("find", {"find": "products"}, "find products", "products"),
        ("getMore", {"getMore": 4711, "collection": "products"}, "getMore products", "products"),
        ("ping", {"ping": 1}, "ping shop", None),
    ],
)
def test_a_command_is_a_span(
    captured_spans: CapturedSpans, command: str, content: dict[str, Any], name: str, collection: str | None
) -> None:
    """Named by what is done and to what; it is a child of the current one, and several may be open."""
    commands, _ = instrument_pymongo("products")
    with trace.get_tracer("t").start_as_current_span("caller") as caller:
        commands.started(_event(command, command=content))
        commands.started(_event("insert", request_id=8))
        commands.succeeded(_event(command))
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
def test_what_opens_and_closes_a_connection_is_no_span(captured_spans: CapturedSpans, command: str) -> None:
    """The driver sends it by itself, in whichever request needs a new connection. It is measured all the same."""
    commands, _ = instrument_pymongo("products")
    other = MetricDelta(COUNT, db_system_name="mongodb", db_operation_name="_OTHER")
    commands.started(_event(command))
    commands.succeeded(_event(command))
    assert captured_spans.all == []
    assert other.value == 1


def test_a_failed_command_says_what_failed(captured_spans: CapturedSpans) -> None:
    """By the server's name and code, without its words: they repeat what was to be stored."""
    commands, _ = instrument_pymongo("products")
    commands.started(_event("insert"))
    commands.failed(_event("insert", failure={"code": 11000, "codeName": "DuplicateKey", "errmsg": "dup hunter2"}))
    (span,) = captured_spans.all
    attributes = dict(span.attributes or {})
    assert (attributes["error.type"], attributes["db.response.status_code"]) == ("DuplicateKey", "11000")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)


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
