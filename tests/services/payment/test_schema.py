"""The database: migrations equal models, and the last guard against paying twice."""

import pytest
import sqlalchemy as sa

from services.payment.models import ONE_OPEN, Base, Payment
from services.shared import idempotency
from services.shared.database import Database
from services.shared.events import inbox, outbox
from services.shared.migrations import migrate
from tests.services.migrated import differences
from tests.services.payment.conftest import MIGRATIONS


async def test_models_equal_migrations(database_url: str) -> None:
    """What the code expects is what the migrations make."""
    expected = (Base.metadata, outbox.metadata, inbox.metadata, idempotency.metadata)
    assert await differences(database_url, *expected) == []


def test_migrating_again_is_harmless(database_url: str) -> None:
    """A second run finds nothing to do."""
    migrate(MIGRATIONS, database_url)


@pytest.mark.parametrize(
    ("statuses", "guard"), [(["processing", "succeeded"], ONE_OPEN), (["odd"], "payments_status")]
)
async def test_database_is_the_last_guard(database_url: str, statuses: list[str], guard: str) -> None:
    """A second open payment of an order, and an unknown state, are refused whatever the code does."""
    database = Database(database_url)
    with pytest.raises(sa.exc.IntegrityError, match=guard):
        async with database.session() as session:
            session.add_all(
                Payment(
                    id=status, order_id="o", user_id="u", status=status, amount_cents=1, currency="EUR",
                    brand="visa", last4="4242", traceparent="", request_id="",
                )
                for status in statuses
            )  # fmt: skip
    await database.close()
