"""The relay: carries the outbox to the broker. One at a time for each database, whatever the number of replicas.

It holds an advisory lock on a connection of its own, on which it also reads and deletes: when that connection
is gone, so is the lock, and the next replica takes over. A row leaves the outbox only after the broker confirmed
it; dying in between publishes it again, with the same id.

Events of one order leave one after the other, each when the one before it is confirmed. What cannot be delivered
stays, and holds back what follows it of the same order, but nothing else.
"""

import asyncio
import logging
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import asyncpg
from aio_pika.exceptions import AMQPError

from observability.breaker import BreakerOpenError
from observability.logging import get_logger
from services.shared.database import DatabaseUnavailableError
from services.shared.driver import connect
from services.shared.events.broker import UNDELIVERABLE, Broker
from services.shared.events.envelope import Event, MisfitError
from services.shared.events.hold_reasons import Reasons
from services.shared.events.outbox import CHANNEL
from services.shared.loops import Loop, rest

__all__ = ["relay"]

_LOCK = 0x0B0C  # any number: the advisory lock of the relay
_BATCH = 200  # rows, and so unconfirmed messages, at most
_POLL = 1.0  # seconds between looks while something is held back
_QUIET = 5  # times as long: while nothing is, since a notification tells what is new
_REST = 0.0003  # seconds more between two looks at everything, for each row that was held back in the last one
_LONGEST_REST = 30.0  # seconds
_PUT_BACK = 60.0  # seconds to put back the events of six hours
# The server notices within 25 s that a holder of the lock has vanished with its machine.
_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
# A holder asks every few seconds. One that has been silent for so long is stopped, not dead: its connection,
# and with it the lock, would stay for ever. When it goes on, it finds the connection gone. One whose statement the
# server still works on is not silent: only then does the server not wait for its client.
_END_SILENT_HOLDER = """
SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
 WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND a.wait_event_type = 'Client' AND a.state_change < now() - interval '30 seconds'
"""
# What happens to one order leaves in its order; an event without an order is a subject of its own.
_ROWS = """
SELECT seq, event, traceparent, request_id, event->>'type' AS type,
       coalesce(event->'data'->>'orderId', event->>'id', '') AS subject
  FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2
"""
_CONFIRMED = """
WITH confirmed AS (DELETE FROM outbox WHERE seq = ANY($1) RETURNING seq, event, traceparent, request_id)
INSERT INTO outbox_sent (seq, event, traceparent, request_id) SELECT * FROM confirmed ON CONFLICT DO NOTHING
"""
# Under its old number, so that it leaves before what came later of the same order.
_AGAIN = """
WITH again AS (
    DELETE FROM outbox_sent WHERE event->>'type' = ANY($1) RETURNING seq, event, traceparent, request_id
)
INSERT INTO outbox (seq, event, traceparent, request_id) OVERRIDING SYSTEM VALUE
SELECT * FROM again ON CONFLICT DO NOTHING
"""
_NO_BROKER = (AMQPError, BreakerOpenError, OSError, RuntimeError)  # AMQP's library raises RuntimeError too
_log = get_logger("relay")


@dataclass
class _Held:
    """What stays in the outbox since the last look at everything.

    types: cannot be delivered. subjects: their next event must wait. rows: how many stay. last: the number of the
    last row that was looked at, while some stay.
    """

    types: dict[str, Exception] = field(default_factory=dict)
    subjects: dict[str, Exception | None] = field(default_factory=dict)
    rows: int = 0
    last: int = 0

    def __contains__(self, row: "asyncpg.Record") -> bool:
        return row["type"] in self.types or row["subject"] in self.subjects

    def errors(self) -> list[Exception]:
        """Why they stay."""
        return [error for error in (*self.types.values(), *self.subjects.values()) if error is not None]


async def relay(database_url: str, broker: Broker, service: str) -> None:
    """Publish what is in the outbox, in its order, for ever. Raises when database or broker fail.

    service: whose events these are: it publishes them again when a queue was lost.
    """
    connection = await connect(database_url, statement_cache_size=20, server_settings=_KEEPALIVE)
    loop = Loop(_POLL)
    try:
        await _take_turn(connection)
        _log.info("relay.started")
        await connection.add_listener(CHANNEL, lambda *_: loop.wake())
        clock, held = asyncio.get_running_loop().time, _Held()
        looked = asked = float("-inf")
        reasons = Reasons()

        async def look() -> float | None:
            nonlocal held, looked, asked
            if clock() - looked >= max(_POLL, min(_LONGEST_REST, _REST * held.rows)):
                # What was held back gets its next chance; where it is much, less often, as all of it is read then.
                for reason, is_early in reasons.news(held.errors()):
                    _log.log(logging.INFO if is_early else logging.ERROR, "relay.held", error=reason)
                held, looked = _Held(), clock()
            if clock() - asked >= _POLL * _QUIET:
                asked = clock()
                if await _answer(connection, broker, service):
                    held = _Held()  # what is put back has old numbers
            await _pass(connection, broker, held)
            return None if held.rows else _POLL * _QUIET

        await loop.run(look)
    finally:
        connection.terminate()


async def _take_turn(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Ask for the lock until it is free, and from time to time whether its holder is silent."""
    looks = 0
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        if looks % _QUIET == 0:
            await connection.execute(_END_SILENT_HOLDER, _LOCK)
        looks += 1
        await rest(_POLL)


async def _answer(connection: "asyncpg.Connection[asyncpg.Record]", broker: Broker, service: str) -> bool:
    """Put back what is asked for again; whether something was.

    Never at the same time as a pass: what that has published would not be among the events that were sent yet.
    """
    try:
        async with broker.asked_again(service) as types:
            if types:
                count = await _put_back(connection, types)
                _log.info("relay.again", event_types=sorted(types), events=count)
            return bool(types)
    except _NO_BROKER:  # it is asked some seconds later
        return False


async def _put_back(connection: "asyncpg.Connection[asyncpg.Record]", types: AbstractSet[str]) -> int:
    try:
        done = await connection.execute(_AGAIN, list(types), timeout=_PUT_BACK)
    except (
        OSError
    ) as error:  # a timeout is one too: what it means here must not be taken for a broker that is away
        raise DatabaseUnavailableError(repr(error)) from error
    return int(done.split()[-1])


async def _pass(connection: "asyncpg.Connection[asyncpg.Record]", broker: Broker, held: _Held) -> None:
    """Try every row once that is not held back; of these, those that came since."""
    while rows := await connection.fetch(_ROWS, held.last, _BATCH):
        held.rows += len(rows) - await _publish(connection, broker, rows, held)
        held.last = rows[-1]["seq"]
        if len(rows) < _BATCH:  # what came meanwhile is the next pass
            break
    if not held.rows:  # a row may yet appear below the last one, as transactions end in another order
        held.last = 0


async def _publish(
    connection: "asyncpg.Connection[asyncpg.Record]",
    broker: Broker,
    rows: "list[asyncpg.Record]",
    held: _Held,
) -> int:
    """How many of the rows have left."""
    confirmed: list[int] = []
    lanes: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        lanes.setdefault(row["subject"], []).append(row)
    results = await asyncio.gather(
        *(_publish_lane(broker, lane, held, confirmed) for lane in lanes.values()), return_exceptions=True
    )
    if confirmed:
        await connection.execute(_CONFIRMED, confirmed)
    failures = [result for result in results if isinstance(result, BaseException)]
    if failures:
        raise failures[0]
    return len(confirmed)


async def _publish_lane(broker: Broker, rows: "list[asyncpg.Record]", held: _Held, confirmed: list[int]) -> None:
    """Publish the events of one order one after the other."""
    for row in rows:
        if row in held:
            held.subjects.setdefault(row["subject"], None)
            return
        try:
            event = Event.model_validate_json(row["event"])
            await broker.publish(event, traceparent=row["traceparent"], request=row["request_id"])
        except UNDELIVERABLE as error:
            held.types[row["type"]] = held.subjects[row["subject"]] = error
            return
        except ValueError as error:  # of this event alone: no contract takes it
            held.subjects[row["subject"]] = MisfitError(f"row {row['seq']} of the outbox: {error}")
            return
        confirmed.append(row["seq"])
