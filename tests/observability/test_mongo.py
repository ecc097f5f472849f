"""observability.mongo: what the listeners make of the driver's announcements."""

from types import SimpleNamespace
from typing import Any

from observability.mongo import instrument_pymongo
from observability.testing import MetricDelta, metric_value

COUNT = "db_client_operation_duration_seconds_count"


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
    commands.succeeded(SimpleNamespace(command_name="find", duration_micros=2_000_000))
    for failure in ({"code": 11000, "codeName": "DuplicateKey"}, {"errtype": "AutoReconnect"}, {}):
        commands.failed(SimpleNamespace(command_name="find", duration_micros=1_000_000, failure=failure))
    commands.succeeded(SimpleNamespace(command_name="somethingNew", duration_micros=1))
    assert (find.value, other.value) == (4, 1)
    assert [delta.value for delta in failed] == [1, 1, 1, 1]
    assert took.value == 5


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
