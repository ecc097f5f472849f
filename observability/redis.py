"""Redis: a span and a duration for each command."""

import time
from typing import Any

from opentelemetry.instrumentation.redis import RedisInstrumentor
from redis.asyncio import Redis

from observability.metrics import db_duration, exemplar

__all__ = ["MeasuredRedis", "instrument_redis"]


class MeasuredRedis(Redis):
    """The asyncio client, observing `db_client_operation_duration_seconds{system="redis"}`."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """As in `Redis`; the operation label is the command's first word, which our code bounds."""
        started = time.perf_counter()
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        finally:
            operation = str(args[0]).split(" ", 1)[0].upper()
            db_duration.labels("redis", operation).observe(time.perf_counter() - started, exemplar())


def instrument_redis(client: MeasuredRedis) -> None:
    """Trace `client`."""
    RedisInstrumentor.instrument_client(client)
