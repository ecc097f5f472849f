"""Tombstones of cancelled orders end after a week; an index finds the old ones."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_cancelled_orders_cancelled_at", "cancelled_orders", ["cancelled_at"])


def downgrade() -> None:
    op.drop_index("ix_cancelled_orders_cancelled_at", "cancelled_orders")
