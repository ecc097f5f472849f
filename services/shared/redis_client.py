"""The Redis client of the services.

A command that meets a connection which the server has closed is sent again, once, on a new one. The server may
have done it before it closed: whatever is sent must be right when it is done twice. All of ours is: a key that is
set or deleted, a rotation that knows its own result (services/user/sessions.py), and a count of failed logins, for
which one too many is the safe side. A command that takes too long is not sent again.
"""

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from observability.redis import ObservedRedis

__all__ = ["connect_redis"]

_CONNECTIONS = 50
_WAIT = 0.2  # seconds to wait for a free one: a burst is no reason to take Redis for broken


def connect_redis(url: str) -> ObservedRedis:
    """A client with short timeouts, traced and measured. It connects at its first command."""
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=1.0,
        socket_connect_timeout=0.5,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        max_connections=_CONNECTIONS,
        timeout=_WAIT,
    )
    client = ObservedRedis(connection_pool=pool)
    client.auto_close_connection_pool = True  # the pool is this client's own
    return client
