"""The Redis client of the services."""

from redis.asyncio import BlockingConnectionPool

from observability.redis import MeasuredRedis, instrument_redis

__all__ = ["connect_redis"]

_CONNECTIONS = 50
_WAIT = 0.2  # seconds to wait for a free one: a burst is no reason to take Redis for broken


def connect_redis(url: str) -> MeasuredRedis:
    """A client with short timeouts, traced and measured. It connects at its first command."""
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=1.0,
        socket_connect_timeout=0.5,
        max_connections=_CONNECTIONS,
        timeout=_WAIT,
    )
    client = MeasuredRedis(connection_pool=pool)
    client.auto_close_connection_pool = True  # the pool is this client's own
    instrument_redis(client)
    return client
