"""Redis: a span and a duration for each command."""

import time
from typing import Any

from opentelemetry.instrumentation.redis import RedisInstrumentor
from redis.asyncio import Redis

from observability.metrics import Children, db_duration, error_type, exemplar

__all__ = ["MeasuredRedis", "instrument_redis"]

_durations = Children(db_duration)


class MeasuredRedis(Redis):
    """The asyncio client, observing `db_client_operation_duration_seconds{db_system_name="redis"}`."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """As in `Redis`; the operation label is the command's first word, which our code bounds."""
        operation = str(args[0]).split(" ", 1)[0].upper()
        failed: BaseException | None = None
        started = time.perf_counter()
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except BaseException as error:  # a cancelled command has taken its time as well
            failed = error
            raise
        finally:
            seconds = time.perf_counter() - started
            _durations["redis", operation, error_type(failed)].observe(seconds, exemplar())


def instrument_redis(client: MeasuredRedis) -> None:
    """Trace `client`."""
    RedisInstrumentor.instrument_client(client)
