"""Redis: a span and a duration for each command that is sent by itself."""

import time
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from observability.client_span import address_of, fail_by, start
from observability.metrics import Children, db_duration, error_type, exemplar
from observability.names import tracer

__all__ = ["ObservedRedis"]

_durations = Children(db_duration)
_tracer = tracer(__name__)


class ObservedRedis(Redis):
    """The asyncio client, traced, observing `db_client_operation_duration_seconds{db_system_name="redis"}`.

    What goes by `pipeline()` is not observed: that is another object of the library's.
    The name of a span is the command, without the number of its database, as the conventions have it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        server = self.connection_pool.connection_kwargs
        host, port = server.get("path") or server.get("host"), server.get("port")
        self._namespace = str(server.get("db") or 0)
        self._described = {
            "db.system.name": "redis",
            "db.namespace": self._namespace,
            **address_of(host, None if server.get("path") else port),
        }

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """As in `Redis`; the operation is the command's first word, which our code bounds."""
        operation = str(args[0]).split(" ", 1)[0].upper()
        attributes = {**self._described, "db.operation.name": operation}
        span = start(_tracer, operation, attributes)
        failed: BaseException | None = None
        code = ""
        started = time.perf_counter()
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except BaseException as error:  # a cancelled command has taken its time as well
            failed = error
            fail_by(span, error)
            if code := _code(error):
                span.set_attribute("db.response.status_code", code)
            raise
        finally:
            seconds = time.perf_counter() - started
            span.end()
            labels = "redis", self._namespace, operation, operation, code, error_type(failed)
            _durations[labels].observe(seconds, exemplar(span))


def _code(error: BaseException) -> str:
    """The first word of the server's answer to what it refuses, such as `ERR` or `WRONGTYPE`; else empty.

    The client takes the words that it knows out of the text.
    """
    if known := getattr(error, "status_code", None):
        return str(known)
    first = str(error).partition(" ")[0] if isinstance(error, ResponseError) else ""
    return first if first.isupper() else ""
