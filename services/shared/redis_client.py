"""The Redis client of the services."""

from typing import cast

from observability.redis import MeasuredRedis, instrument_redis

__all__ = ["connect_redis"]


def connect_redis(url: str) -> MeasuredRedis:
    """A client with short timeouts, traced and measured. It connects at its first command."""
    client = cast(
        MeasuredRedis,  # from_url is typed as the base class
        MeasuredRedis.from_url(
            url, decode_responses=True, socket_timeout=1.0, socket_connect_timeout=0.5, max_connections=50
        ),
    )
    instrument_redis(client)
    return client
