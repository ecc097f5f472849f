"""A database with the outbox, the inbox, the idempotency keys, and a table for effects; and what is done there."""

from sqlalchemy import Column, Double, MetaData, Table, Text, bindparam, func, insert, select, text

from services.shared import idempotency
from services.shared.database import Database
from services.shared.events import inbox, outbox
from services.shared.prepared import Prepared

effects = Table("effects", MetaData(), Column("what", Text))
WRITE = Prepared(insert(effects).values(what=bindparam("given")).returning(effects.c.what))
COUNT = Prepared(select(func.count()).select_from(effects).where(effects.c.what == bindparam("given")))
WAIT = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Double))))


async def make_tables(database: Database) -> None:
    """All tables, empty."""
    async with database.engine.begin() as connection:
        for metadata in (outbox.metadata, inbox.metadata, idempotency.metadata, effects.metadata):
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)


async def execute(database: Database, *statements: str) -> None:
    """Statements of SQL, in one transaction."""
    async with database.session() as session:
        for statement in statements:
            await session.execute(text(statement))


async def alone(database: Database, prepared: Prepared, **values: object) -> None:
    """A prepared statement, in a transaction of its own."""
    async with database.transaction() as transaction:
        await transaction.run(prepared, **values)
