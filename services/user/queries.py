"""What is known of an account."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.auth import Caller
from services.shared.errors import Unauthorized
from services.user.models import User

__all__ = ["get_user"]


async def get_user(*, session: AsyncSession, caller: Caller) -> User:
    """The account of a verified caller. Raises Unauthorized when it is gone, or its sessions were ended since."""
    user = await session.get(User, caller.id)
    if user is None:
        raise Unauthorized("The account does not exist.")
    if caller.epoch is not None and caller.epoch != user.session_epoch:
        raise Unauthorized("The session is over.", kind="session-over")
    return user
