"""Use cases of accounts: register, look up, change."""

from typing import Any

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from observability.logging import get_logger
from observability.tracing import annotate
from services.shared.auth import User as Caller
from services.shared.database import Database
from services.shared.errors import Conflict, Forbidden, TooManyRequests, Unauthorized
from services.user.metrics import registrations
from services.user.models import User
from services.user.passwords import Passwords
from services.user.throttle import Throttle

__all__ = ["get_user", "register", "update_profile"]

_log = get_logger("accounts")


async def register(*, database: Database, passwords: Passwords, email: str, password: str, name: str) -> User:
    """Create a customer. Raises Conflict when the email is taken: the unique index decides, also between two."""
    async with passwords.turn() as turn:
        password_hash = await turn.hash(password)
    user = User(email=email, name=name, password_hash=password_hash)
    try:
        async with database.transaction() as session:
            session.add(user)
    except IntegrityError as error:
        if "users_email_key" not in str(error.orig):
            raise
        registrations.labels("duplicate").inc()
        raise Conflict("There is an account with this email already.", kind="email-taken") from error
    annotate(enduser_id=user.id)
    registrations.labels("created").inc()
    _log.info("user.registered", user_id=user.id)
    return user


async def get_user(*, session: AsyncSession, caller: Caller) -> User:
    """The account of a verified caller. Raises Unauthorized when it is gone, or its sessions were ended since."""
    user = await session.get(User, caller.id)
    if user is None:
        raise Unauthorized("The account does not exist.")
    if caller.epoch is not None and caller.epoch != user.session_epoch:
        raise Unauthorized("The session is over.", kind="session-over")
    return user


async def update_profile(
    *,
    database: Database,
    passwords: Passwords,
    throttle: Throttle,
    address: str,
    caller: Caller,
    name: str | None,
    current_password: str | None,
    new_password: str | None,
) -> User:
    """Change what is not None; a new password begins a new epoch of sessions. Raises Forbidden.

    Wrong current passwords are throttled like failed logins, with which they are counted.
    """
    async with database.transaction() as session:
        user = await get_user(session=session, caller=caller)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = name
    if current_password is not None and new_password is not None:
        async with passwords.turn() as turn:
            if wait := await throttle.wait(email=user.email, address=address):
                raise TooManyRequests(
                    "Too many wrong passwords.",
                    kind="too-many-failed-logins",
                    retry_after=wait.seconds,
                    policy=wait.policy,
                )
            if not await turn.verify(user.password_hash, current_password):
                await throttle.failed(email=user.email, address=address)
                raise Forbidden("The current password is wrong.", kind="wrong-password")
            changes["password_hash"] = await turn.hash(new_password)
        changes["session_epoch"] = User.session_epoch + 1
    if not changes:
        return user
    changes["updated_at"] = func.now()
    changed = update(User).where(User.id == caller.id).values(changes).returning(User)
    async with database.transaction() as session:
        user = (await session.execute(changed)).scalar_one()
    if "password_hash" in changes:
        _log.info("user.password_changed", user_id=caller.id)
    return user
