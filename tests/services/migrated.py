"""Whether the migrations of a service make the tables that its code expects."""

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.shared.database import Database

_OPTIONS = {
    "compare_server_default": True,
    "include_name": lambda name, kind, _: (kind, name) != ("table", "alembic_version"),
}


async def differences(database_url: str, *expected: sa.MetaData) -> list[Any]:
    """In what a migrated database is not what the code expects, all tables taken together."""
    together = sa.MetaData()
    for metadata in expected:
        for table in metadata.sorted_tables:
            table.to_metadata(together)
    database = Database(database_url)
    async with database.engine.connect() as connection:
        found: list[Any] = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=_OPTIONS), together)
        )
    await database.close()
    return found
