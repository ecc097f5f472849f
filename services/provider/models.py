"""The ledger: one SQLite file with every charge, every refund, and the calls back of the last days.

Times are seconds since 1970.
"""

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text, text

__all__ = ["ENDED", "PENDING", "calls", "charges", "metadata", "refunds"]

metadata = MetaData()
PENDING = text("state = 'pending'")
ENDED = text("state != 'pending'")
charges = Table(
    "charges",
    metadata,
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
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("refund_id", Text, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)
calls = Table(
    "calls",
    metadata,
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
