"""Payments, cancelled orders, and the tables of outbox, inbox and idempotency keys."""

import sqlalchemy as sa
from alembic import op

from services.shared.events.migrations import make_tables

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("brand", sa.Text, nullable=False),
        sa.Column("last4", sa.Text, nullable=False),
        sa.Column("sealed_card", sa.Text),
        sa.Column("charge_id", sa.Text),
        sa.Column("next_check_at", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", _TIME, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint(
            "status IN ('processing', 'succeeded', 'failed', 'refunding', 'refunded')", name="payments_status"
        ),
    )
    op.create_index(
        "payments_one_open",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('processing', 'succeeded')"),
    )
    op.create_index("payments_order", "payments", ["order_id", "created_at"])
    op.create_index(
        "payments_due", "payments", ["next_check_at"], postgresql_where=sa.text("next_check_at IS NOT NULL")
    )
    op.create_table(
        "cancelled_orders",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cancelled_at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    make_tables()


def downgrade() -> None:
    for table in ("idempotency_keys", "inbox", "outbox", "cancelled_orders", "payments"):
        op.drop_table(table)
