"""The database: migrations equal models."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.order.models import Base
from services.shared import idempotency
from services.shared.database import Database
from services.shared.events import inbox, outbox
from services.shared.migrations import migrate
from tests.services.order.conftest import MIGRATIONS


def _expected() -> sa.MetaData:
    together = sa.MetaData()
    for metadata in (Base.metadata, outbox.metadata, inbox.metadata, idempotency.metadata):
        for table in metadata.sorted_tables:
            table.to_metadata(together)
    return together


async def test_models_equal_migrations(database_url: str) -> None:
    """What the code expects is what the migrations make."""
    database = Database(database_url)
    options = {
        "compare_server_default": True,
        "include_name": lambda name, kind, _: (kind, name) != ("table", "alembic_version"),
    }
    async with database.engine.connect() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), _expected())
        )
    await database.close()
    assert difference == []


def test_migrating_again_is_harmless(database_url: str) -> None:
    """A second run finds nothing to do."""
    migrate(MIGRATIONS, database_url)
