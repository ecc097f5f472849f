"""PyMongo: a span and a duration for each command, and the state of the pool."""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from pymongo import monitoring

from observability.metrics import OTHER, Children, db_connections, db_duration, exemplar

__all__ = ["instrument_pymongo"]

_COMMANDS = {
    "find", "insert", "update", "delete", "findAndModify", "aggregate", "getMore", "count", "distinct",
    "createIndexes", "ping", "hello",
}  # fmt: skip
_durations = Children(db_duration)


class _Durations(monitoring.CommandListener):
    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Nothing: the driver measures."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        _observe(event.command_name, event.duration_micros, "")

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        _observe(event.command_name, event.duration_micros, _error_type(event.failure))


class _Pool(monitoring.ConnectionPoolListener):
    """Counts connections by what the driver announces."""

    def __init__(self, pool: str) -> None:
        self._open = db_connections.labels(pool, "idle")
        self._used = db_connections.labels(pool, "used")
        self._open.set(0)
        self._used.set(0)

    def connection_created(self, event: Any) -> None:
        self._open.inc()

    def connection_closed(self, event: Any) -> None:
        self._open.dec()

    def connection_checked_out(self, event: Any) -> None:
        self._used.inc()
        self._open.dec()

    def connection_checked_in(self, event: Any) -> None:
        self._used.dec()
        self._open.inc()

    def pool_created(self, event: Any) -> None: ...
    def pool_ready(self, event: Any) -> None: ...
    def pool_cleared(self, event: Any) -> None: ...
    def pool_closed(self, event: Any) -> None: ...
    def connection_ready(self, event: Any) -> None: ...
    def connection_check_out_started(self, event: Any) -> None: ...
    def connection_check_out_failed(self, event: Any) -> None: ...


def instrument_pymongo(pool: str) -> Sequence[Any]:
    """Trace all clients made after this call; returns the `event_listeners` for the one named `pool`."""
    instrumentor = PymongoInstrumentor()  # one a process
    if not instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.instrument()
    return [_Durations(), _Pool(pool)]


def _observe(command: str, micros: int, error: str) -> None:
    operation = command if command in _COMMANDS else OTHER
    _durations["mongodb", operation, error].observe(micros / 1e6, exemplar())


def _error_type(failure: Mapping[str, Any]) -> str:
    """The server's name for what failed, else the driver's exception."""
    return str(failure.get("codeName") or failure.get("errtype") or OTHER)
