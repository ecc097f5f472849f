"""observability.mongo: what the listeners make of the driver's announcements."""

from types import SimpleNamespace
from typing import Any

from observability.mongo import instrument_pymongo
from observability.testing import MetricDelta, metric_value

COUNT = "db_client_operation_duration_seconds_count"


def test_commands_are_measured() -> None:
    """Known commands by name, others under one label; failures too."""
    commands, _ = instrument_pymongo("products")
    find = MetricDelta(COUNT, system="mongodb", operation="find")
    other = MetricDelta(COUNT, system="mongodb", operation="other")
    took = MetricDelta("db_client_operation_duration_seconds_sum", system="mongodb", operation="find")
    commands.succeeded(SimpleNamespace(command_name="find", duration_micros=2_000_000))
    commands.failed(SimpleNamespace(command_name="find", duration_micros=1_000_000))
    commands.succeeded(SimpleNamespace(command_name="somethingNew", duration_micros=1))
    assert (find.value, other.value) == (2, 1)
    assert took.value == 3


def test_connections_are_counted() -> None:
    """Used and idle follow what the driver says, also when a used connection breaks."""
    _, pool = instrument_pymongo("products")
    event: Any = None

    def shown() -> tuple[float, float]:
        return (
            metric_value("db_client_connections", pool="products", state="used"),
            metric_value("db_client_connections", pool="products", state="idle"),
        )

    pool.connection_created(event)
    pool.connection_created(event)
    pool.connection_checked_out(event)
    assert shown() == (1, 1)
    pool.connection_checked_in(event)
    pool.connection_closed(event)
    assert shown() == (0, 1)
