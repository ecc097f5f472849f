"""The relay: carries the outbox to the broker. One at a time for each database, whatever the number of replicas.

It holds an advisory lock on a connection of its own, on which it also reads and deletes: when that connection
is gone, so is the lock, and the next replica takes over. A row is deleted only after the broker confirmed it;
dying in between publishes it again, with the same id.
"""

import asyncio
import contextlib

import asyncpg

from observability.logging import get_logger
from services.shared.broker import Broker
from services.shared.events import Event
from services.shared.outbox import CHANNEL

__all__ = ["relay"]

_LOCK = 0x0B0C  # any number: the advisory lock of the relay
_BATCH = 200  # rows, and so unconfirmed messages, at most
_POLL = 1.0  # seconds between looks without a notification
# The server notices within 25 s that a holder of the lock has vanished with its machine.
_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
# A holder asks at least once a second. One that has been silent for so long is stopped, not dead: its connection,
# and with it the lock, would stay for ever. When it goes on, it finds the connection gone.
_END_SILENT_HOLDER = """
SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
 WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND a.state_change < now() - interval '30 seconds'
"""
_log = get_logger("relay")


async def relay(database_url: str, broker: Broker) -> None:
    """Publish what is in the outbox, in its order, for ever. Raises when database or broker fail."""
    connection = await asyncpg.connect(
        database_url.replace("+asyncpg", ""),
        timeout=3.0,
        command_timeout=10.0,
        statement_cache_size=20,
        server_settings=_KEEPALIVE,
    )
    wake = asyncio.Event()
    try:
        # Another process holds the lock; no event of ours tells when it is free.
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            await connection.execute(_END_SILENT_HOLDER, _LOCK)
            await asyncio.sleep(_POLL)
        _log.info("relay.started")
        await connection.add_listener(CHANNEL, lambda *_: wake.set())
        while True:
            wake.clear()
            while await _publish_batch(connection, broker):
                pass
            with contextlib.suppress(TimeoutError):  # not wait_for: Python 3.11's can lose a cancellation
                async with asyncio.timeout(_POLL):
                    await wake.wait()
    finally:
        connection.terminate()


async def _publish_batch(connection: "asyncpg.Connection[asyncpg.Record]", broker: Broker) -> int:
    rows = await connection.fetch(
        "SELECT seq, event, traceparent, request_id FROM outbox ORDER BY seq LIMIT $1", _BATCH
    )
    results = await asyncio.gather(
        *(
            broker.publish(
                Event.model_validate_json(row["event"]),
                traceparent=row["traceparent"],
                request=row["request_id"],
            )
            for row in rows
        ),
        return_exceptions=True,
    )
    confirmed = [row["seq"] for row, result in zip(rows, results, strict=True) if result is None]
    if confirmed:
        await connection.execute("DELETE FROM outbox WHERE seq = ANY($1)", confirmed)
    failures = [result for result in results if isinstance(result, BaseException)]
    if failures:
        raise failures[0]
    return len(confirmed)
