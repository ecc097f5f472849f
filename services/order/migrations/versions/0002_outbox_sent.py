"""What the broker confirmed is kept for a while, to be published again when a queue was lost."""

from alembic import op

from services.shared.events.migrations import make_sent

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    make_sent()


def downgrade() -> None:
    op.drop_table("outbox_sent")
