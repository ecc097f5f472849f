"""Make the first admin: `python -m services.user.seed`. An account that exists is left alone."""

import asyncio

from sqlalchemy.dialects.postgresql import insert

from observability.logging import get_logger
from services.shared.database import Database
from services.shared.server import run_once
from services.user.models import User
from services.user.passwords import PARAMETERS
from services.user.settings import NAME, SeedSettings

__all__ = ["ADMIN_EMAIL", "seed"]

ADMIN_EMAIL = "admin@example.com"
_log = get_logger("seed")


async def seed(settings: SeedSettings) -> None:
    """Insert the admin when there is no account with that email; its password may have been changed since."""
    database = Database(settings.database_url)
    statement = (
        insert(User)
        .values(
            email=ADMIN_EMAIL,
            name="Admin",
            role="admin",
            password_hash=PARAMETERS.hash(settings.admin_password.get_secret_value()),
        )
        .on_conflict_do_nothing(index_elements=[User.email])
        .returning(User.id)
    )
    try:
        async with database.session() as session:
            user_id = await session.scalar(statement)
    finally:
        await database.close()
    if user_id is None:
        _log.info("admin.kept")
    else:
        _log.info("admin.created", user_id=user_id)


if __name__ == "__main__":
    run_once(NAME, SeedSettings, lambda settings: asyncio.run(seed(settings)))
