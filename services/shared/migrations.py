"""Alembic as a step of its own: `migrate(...)` from a service's migrate.py, `run_env(...)` from its env.py."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from observability.logging import get_logger

__all__ = ["migrate", "run_env"]

_LOCK = 0x61C5  # any number: the advisory lock that keeps two migrations of a database apart
_log = get_logger("migrations")


def migrate(service: Path, url: str) -> None:
    """Bring the database at `url` to the newest revision under `service`/migrations."""
    config = Config()
    config.set_main_option("script_location", str(service / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    _log.info("migrations.done", service_folder=service.name)


def run_env() -> None:
    """Alembic's env.py: one transaction for the whole upgrade, behind a lock that waits for another's."""

    def upgrade(connection: sa.Connection) -> None:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.configure(connection=connection, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()

    async def run() -> None:
        engine = create_async_engine(context.config.attributes["url"])
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
        await engine.dispose()

    asyncio.run(run())
