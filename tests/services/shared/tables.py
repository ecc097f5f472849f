"""A database with the outbox, the inbox, the idempotency keys, and a table for effects."""

from sqlalchemy import Column, MetaData, Table, Text

from services.shared import idempotency
from services.shared.database import Database
from services.shared.events import inbox, outbox

effects = Table("effects", MetaData(), Column("what", Text))


async def make_tables(database: Database) -> None:
    """All tables, empty."""
    async with database.engine.begin() as connection:
        for metadata in (outbox.metadata, inbox.metadata, idempotency.metadata, effects.metadata):
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
