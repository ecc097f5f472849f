"""What was sold in the last days is read from an index alone: it holds the sold orders and what is summed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(
        "order_history_sold",
        "order_history",
        ["created_at"],
        postgresql_include=["currency", "total_cents"],
        postgresql_where=sa.text("status IN ('paid', 'fulfilled')"),
    )


def downgrade() -> None:
    op.drop_index("order_history_sold", "order_history")
