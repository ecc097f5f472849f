"""Orders, their log and read models, and the tables of outbox, inbox and idempotency keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.shared.events.migrations import make_tables

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("total_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("shipping_address", JSONB),
        sa.Column("reason", sa.Text),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", _TIME, nullable=False, server_default=sa.func.now()),
    )
    op.create_index(
        "orders_unpaid",
        "orders",
        ["created_at"],
        postgresql_where=sa.text("status IN ('pending', 'awaiting_payment', 'payment_failed')"),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Text, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("image_url", sa.Text, nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
    )
    op.create_table(
        "order_events",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("order_id", sa.Text, nullable=False, index=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "order_history",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("total_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("shipping_address", JSONB),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
    )
    op.create_index("order_history_user", "order_history", ["user_id", "created_at", "order_id"])
    op.create_index("order_history_status", "order_history", ["status", "created_at", "order_id"])
    op.create_index("order_history_newest", "order_history", ["created_at", "order_id"])
    op.create_table(
        "product_info",
        sa.Column("product_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("image_url", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    make_tables()


def downgrade() -> None:
    for table in (
        "idempotency_keys", "inbox", "outbox", "product_info", "order_history", "order_events", "order_lines",
        "orders",
    ):  # fmt: skip
        op.drop_table(table)
