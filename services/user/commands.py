"""Everything that changes an account or its sessions: register, log in and out, refresh, change the profile."""

from functools import partial
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from observability.logging import get_logger
from observability.spans import annotate_enduser
from services.shared.auth import Caller
from services.shared.database import Database
from services.shared.errors import Conflict, Forbidden, TooManyRequests, Unauthorized, Unavailable
from services.user import metrics, queries
from services.user.models import User
from services.user.passwords import Passwords
from services.user.schemas import TokenResponse
from services.user.scripts import RedisDownError
from services.user.sessions import Session, Sessions
from services.user.throttle import Throttle, Wait
from services.user.tokens import TokenIssuer

__all__ = ["login", "logout", "logout_all", "refresh", "register", "update_profile"]

_log = get_logger("accounts")


async def register(*, database: Database, passwords: Passwords, email: str, password: str, name: str) -> User:
    """Create a customer. Raises Conflict when the email is taken: the unique index decides, also between two."""
    async with passwords.turn() as turn:
        password_hash = await turn.hash(password)
    user = User(email=email, name=name, password_hash=password_hash)
    try:
        async with database.session() as session:
            session.add(user)
    except IntegrityError as error:
        if "users_email_key" not in str(error.orig):
            raise
        metrics.registrations.labels("duplicate").inc()
        raise Conflict("There is an account with this email already.", kind="email-taken") from error
    annotate_enduser(user.id)
    metrics.registrations.labels("created").inc()
    _log.info("user.registered", user_id=user.id)
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
    """Change what is not None; a new password begins a new epoch of sessions.

    Raises Forbidden when the current password is wrong, or is no longer the current one at the end.

    Wrong current passwords are throttled like failed logins, with which they are counted.
    """
    done_before = partial(_done_before, database, passwords, throttle, address, caller, name, new_password)
    try:
        user = await queries.get_user(database, caller)
    except Unauthorized:
        if done := await done_before():
            return done
        raise
    changes: dict[str, Any] = {}
    unchanged = [User.id == caller.id]
    if name is not None:
        changes["name"] = name
    if current_password is not None and new_password is not None:
        async with passwords.turn() as turn:
            if wait := await throttle.wait(email=user.email, address=address):
                raise _throttled("Too many wrong passwords.", wait)
            if not await turn.verify(user.password_hash, current_password):
                await throttle.failed(email=user.email, address=address)
                raise Forbidden("The current password is wrong.", kind="wrong-password")
            changes["password_hash"] = await turn.hash(new_password)
        changes["session_epoch"] = User.session_epoch + 1
        unchanged.append(User.password_hash == user.password_hash)  # of two changes at once the first one counts
    if not changes:
        return user
    changes["updated_at"] = func.now()
    update_user = update(User).where(*unchanged).values(changes).returning(User)
    async with database.session() as session:
        changed = (await session.execute(update_user)).scalar_one_or_none()
    if changed is None:
        if done := await done_before():
            return done
        raise Forbidden("The password was changed meanwhile.", kind="wrong-password")
    if "password_hash" in changes:
        _log.info("user.password_changed", user_id=caller.id)
    return changed


async def login(
    *,
    database: Database,
    passwords: Passwords,
    throttle: Throttle,
    sessions: Sessions,
    issuer: TokenIssuer,
    email: str,
    password: str,
    address: str,
) -> TokenResponse:
    """Trade a password for tokens. Raises TooManyRequests, or Unauthorized for whatever else is wrong."""
    async with database.session() as session:
        user = await session.scalar(select(User).where(User.email == email))
    known_hash = user.password_hash if user else None
    new_hash = None
    # The count is read and raised within the turn: guesses that come all at once gain nothing by it.
    async with passwords.turn() as turn:
        if wait := await throttle.wait(email=email, address=address):
            metrics.logins.labels("throttled").inc()
            raise _throttled("Too many failed logins.", wait)
        is_right = await turn.verify(known_hash, password)
        if user is None or not is_right:
            await throttle.failed(email=email, address=address)
            metrics.logins.labels("failure").inc()
            _log.info("user.login_failed")
            raise Unauthorized("The email or the password is wrong.", kind="wrong-credentials")
        if turn.is_outdated(user.password_hash):
            new_hash = await turn.hash(password)
    if new_hash is not None:
        await _replace_hash(database, user, new_hash)
    await throttle.succeeded(email=email, address=address)
    annotate_enduser(user.id)
    metrics.logins.labels("success").inc()
    _log.info("user.logged_in", user_id=user.id)
    try:
        refresh_token = await sessions.open(Session(user.id, user.session_epoch))
    except RedisDownError as error:
        _log.warning("session.not_opened", user_id=user.id, reason=str(error))
        refresh_token = None
    return _tokens(issuer, user, refresh_token)


async def refresh(*, database: Database, sessions: Sessions, issuer: TokenIssuer, token: str) -> TokenResponse:
    """Trade a refresh token for new tokens. Raises Unauthorized, or Unavailable when Redis is down.

    The token is used up last, and is good for another try for some seconds after that: whoever gets 503 has it.
    """
    try:
        known = await sessions.find(token)
        user = await queries.find_user(database, known.user_id) if known else None
        if known is None or user is None or user.session_epoch != known.epoch:
            await sessions.end(token)
            metrics.refreshes.labels("unknown").inc()
            raise Unauthorized("The session is over.", kind="session-over")
        outcome, next_token = await sessions.rotate(token)
    except RedisDownError as error:
        raise Unavailable("Sessions are not available; log in again or try later.") from error
    metrics.refreshes.labels(outcome).inc()
    if outcome != "rotated":
        if outcome == "reused":
            _log.warning("session.reuse_detected", user_id=user.id)
        raise Unauthorized("The session is over.", kind="session-over")
    annotate_enduser(user.id)
    return _tokens(issuer, user, next_token)


async def logout(*, sessions: Sessions, token: str) -> None:
    """End the session of a refresh token; harmless when it is over. Raises Unavailable when Redis is down."""
    try:
        await sessions.end(token)
    except RedisDownError as error:
        raise Unavailable("Sessions are not available; try again.") from error


async def logout_all(*, database: Database, caller: Caller) -> None:
    """End all sessions of a user, by a new epoch: that is durable, and does not need Redis."""
    user_id = (await queries.get_user(database, caller)).id
    async with database.session() as session:
        await session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1))
    _log.info("user.logged_out_everywhere", user_id=user_id)


async def _done_before(
    database: Database,
    passwords: Passwords,
    throttle: Throttle,
    address: str,
    caller: Caller,
    name: str | None,
    new_password: str | None,
) -> User | None:
    """The account, if this change was made already: the gateway repeats a PUT whose connection broke.

    A new password has ended the caller's sessions. Whoever has it could log in with it; a wrong one counts as a
    failed login.
    """
    user = await queries.find_user(database, caller.id)
    if user is None or new_password is None or caller.epoch is None or caller.epoch + 1 != user.session_epoch:
        return None
    async with passwords.turn() as turn:
        if await throttle.wait(email=user.email, address=address):
            return None
        if await turn.verify(user.password_hash, new_password):
            return user if name in (None, user.name) else None
        await throttle.failed(email=user.email, address=address)
    return None


def _throttled(detail: str, wait: Wait) -> TooManyRequests:
    return TooManyRequests(detail, kind="too-many-failed-logins", retry_after=wait.seconds, policy=wait.policy)


async def _replace_hash(database: Database, user: User, new_hash: str) -> None:
    """Store the same password under today's parameters, unless it was changed meanwhile."""
    async with database.session() as session:
        await session.execute(
            update(User)
            .where(User.id == user.id, User.password_hash == user.password_hash)
            .values(password_hash=new_hash, updated_at=func.now())
        )


def _tokens(issuer: TokenIssuer, user: User, refresh_token: str | None) -> TokenResponse:
    return TokenResponse(
        token=issuer.issue(user_id=user.id, role=user.role, epoch=user.session_epoch),
        expires_in=issuer.lifetime,
        refresh_token=refresh_token,
    )
