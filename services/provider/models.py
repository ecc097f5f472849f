"""The ledger: one SQLite file with every charge, every refund, and the calls back of the last days.

Written through (WAL, synchronous=FULL) before anything is answered. Times are seconds since 1970.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text, event, text
from sqlalchemy.engine import make_url

from observability.tracing import untraced
from services.shared.database import Database

__all__ = ["ENDED", "PENDING", "calls", "charges", "open_ledger", "refunds"]

_metadata = MetaData()
PENDING = text("state = 'pending'")
ENDED = text("state != 'pending'")
charges = Table(
    "charges",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("charge_id", Text, nullable=False, unique=True),
    Column("payment_id", Text, nullable=False, unique=True),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("last4", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("callback_url", Text, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("decide_at", Float, nullable=False),
    Column("decided_at", Float),
    Index("charges_undecided", "decide_at", sqlite_where=text("status = 'processing'")),
)
refunds = Table(
    "refunds",
    _metadata,
    Column("payment_id", Text, primary_key=True),
    Column("refund_id", Text, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)
calls = Table(
    "calls",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("payment_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("next_try_at", Float, nullable=False),
    Column("state", Text, nullable=False, default="pending"),  # pending, delivered or given_up
    Index("calls_pending", "payment_id", "seq", sqlite_where=PENDING),
    Index("calls_ended", "created_at", sqlite_where=ENDED),
)


async def open_ledger(database: Database) -> None:
    """Make the file, its tables and their indexes where they are not there yet."""
    engine = database.engine.sync_engine
    Path(make_url(str(engine.url)).database or "").parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()  # a statement left open would forbid the commit
        cursor.close()

    # Each statement would be a trace of its own: nobody asked for them.
    with untraced():
        async with database.engine.begin() as connection:
            await connection.run_sync(_metadata.create_all)
            for index in calls.indexes:  # one that is younger than the file
                await connection.run_sync(index.create, checkfirst=True)
