"""What is known of an account."""

from services.shared.auth import Caller
from services.shared.database import Database
from services.shared.errors import Unauthorized
from services.user.models import User

__all__ = ["find_user", "get_user"]


async def find_user(database: Database, user_id: str) -> User | None:
    """The account with this id, if there is one."""
    async with database.session() as session:
        return await session.get(User, user_id)


async def get_user(database: Database, caller: Caller) -> User:
    """The account of a verified caller. Raises Unauthorized when it is gone, or its sessions were ended since."""
    user = await find_user(database, caller.id)
    if user is None:
        raise Unauthorized("The account does not exist.", is_sent=True)
    if caller.epoch is not None and caller.epoch != user.session_epoch:
        raise Unauthorized("The session is over.", kind="session-over", is_sent=True)
    return user
