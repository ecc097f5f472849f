"""The database: migrations equal models."""

from services.order.models import Base
from services.shared import idempotency
from services.shared.events import inbox, outbox
from services.shared.migrations import migrate
from tests.services.migrated import differences
from tests.services.order.conftest import MIGRATIONS


async def test_models_equal_migrations(database_url: str) -> None:
    """What the code expects is what the migrations make."""
    expected = (Base.metadata, outbox.metadata, inbox.metadata, idempotency.metadata)
    assert await differences(database_url, *expected) == []


def test_migrating_again_is_harmless(database_url: str) -> None:
    """A second run finds nothing to do."""
    migrate(MIGRATIONS, database_url)
