"""Tables of outbox, inbox and idempotency keys, for the migrations of every service that has them.

A step here never changes, since databases exist that were made with it. What changes a table is a new step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

__all__ = ["make_sent", "make_tables"]

_TIME = sa.DateTime(timezone=True)


def make_tables() -> None:
    """The first form of all three."""
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event", JSONB, nullable=False),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "inbox",
        sa.Column("queue", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("received_at", _TIME, nullable=False, server_default=sa.func.now(), index=True),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, server_default=sa.func.now(), index=True),
    )


def make_sent() -> None:
    """Make the table where events stay for a while after the broker has confirmed them."""
    op.create_table(
        "outbox_sent",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event", JSONB, nullable=False),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("sent_at", _TIME, nullable=False, server_default=sa.func.now(), index=True),
    )
