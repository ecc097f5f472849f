"""PyMongo under asyncio: a span and a duration for each command, and the state of the pool."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN
from pymongo import monitoring

from observability.client_span import address_of, fail, fail_by, start
from observability.metrics import OTHER, Children, db_connections, db_duration, exemplar
from observability.names import tracer

__all__ = ["instrument_pymongo"]

_COMMANDS = {
    "find", "insert", "update", "delete", "findAndModify", "aggregate", "getMore", "count", "distinct",
    "createIndexes", "ping", "hello",
}  # fmt: skip
# What opens and closes a connection: no request asks for it, and which request meets it is chance.
_OF_CONNECTIONS = {"saslStart", "saslContinue", "endSessions"}
_durations = Children(db_duration)
_tracer = tracer(__name__)


@dataclass(slots=True)
class _Open:
    """A command that is under way. number: the driver's. asked: the database and the command.

    began: seconds of `time.perf_counter`. context: in which it was sent; it has the limits of time.
    """

    number: int
    asked: tuple[str, str]
    span: trace.Span
    began: float
    context: Context


class _Commands(monitoring.CommandListener):
    """Makes spans: the driver announces a command and its end in the task that waits for it.

    It announces no end of a command that is cancelled. A task waits for one command at a time: so that one is over
    when its task begins another, or ends.
    """

    def __init__(self) -> None:
        self._open: dict[asyncio.Task[Any], _Open] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        operation, namespace = event.command_name, event.database_name
        if operation in _OF_CONNECTIONS:
            return
        collection = _collection(event)
        attributes = {
            "db.system.name": "mongodb",
            "db.operation.name": operation,
            "db.namespace": namespace,
            **address_of(*event.connection_id),
        }
        if collection:
            attributes["db.collection.name"] = collection
        span = start(_tracer, f"{operation} {collection or namespace}", attributes)
        if task := asyncio.current_task():
            self._give_up(task)
            self._open[task] = _Open(
                event.request_id, (namespace, operation), span, time.perf_counter(), copy_context()
            )
            task.add_done_callback(self._give_up)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self._ended(event, "")

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self._ended(event, _error_type(event.failure), event.failure.get("code"))

    def _ended(
        self,
        event: monitoring.CommandSucceededEvent | monitoring.CommandFailedEvent,
        error: str,
        code: object = None,
    ) -> None:
        task = asyncio.current_task()
        begun = self._open.get(task) if task else None
        if task and begun and begun.number == event.request_id:
            del self._open[task]
            task.remove_done_callback(self._give_up)
            span = begun.span
        else:
            span = INVALID_SPAN
        status = "" if code is None else str(code)
        if error:  # without the server's words, which repeat what was to be stored
            fail(span, error)
            if status:
                span.set_attribute("db.response.status_code", status)
        _end(span, (event.database_name, event.command_name), (status, error), event.duration_micros / 1e6)

    def _give_up(self, task: asyncio.Task[Any]) -> None:
        """End the command of a task that waits for it no more."""
        if given_up := self._open.pop(task, None):
            task.remove_done_callback(self._give_up)
            seconds = time.perf_counter() - given_up.began
            failure = given_up.context.run(fail_by, given_up.span, asyncio.CancelledError())
            _end(given_up.span, given_up.asked, ("", failure), seconds)


def _end(span: trace.Span, asked: tuple[str, str], failure: tuple[str, str], seconds: float) -> None:
    """asked: the database and the command. failure: the server's code, and the `error.type`."""
    span.end()
    command = asked[1] if asked[1] in _COMMANDS else OTHER
    _durations["mongodb", asked[0], command, command, *failure].observe(seconds, exemplar(span))


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
    """Return the `event_listeners` of an AsyncMongoClient, which trace it; `pool` names its connections."""
    return [_Commands(), _Pool(pool)]


def _collection(event: monitoring.CommandStartedEvent) -> str:
    """What the command is about; a cursor's next part names it elsewhere, and some are about none."""
    name = event.command.get("collection" if event.command_name == "getMore" else event.command_name)
    return name if isinstance(name, str) else ""


def _error_type(failure: Mapping[str, Any]) -> str:
    """The server's name for what failed, else the driver's exception."""
    return str(failure.get("codeName") or failure.get("errtype") or OTHER)
