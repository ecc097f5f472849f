"""An account's unpaid orders are found by an index; why an order went its way is a code beside the words.

Orders from before have no code: what their words said may have been a customer's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("orders", "order_history"):
        op.add_column(table, sa.Column("reason_code", sa.Text))
    op.create_index(
        "orders_unpaid_of_user",
        "orders",
        ["user_id"],
        postgresql_where=sa.text("status IN ('pending', 'awaiting_payment', 'payment_failed')"),
    )


def downgrade() -> None:
    op.drop_index("orders_unpaid_of_user", "orders")
    for table in ("order_history", "orders"):
        op.drop_column(table, "reason_code")
