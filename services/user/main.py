"""The user service, put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from observability.health import Check
from services.shared.app import create_app
from services.shared.auth import TokenVerifier
from services.shared.database import STORE_ERRORS, Database
from services.shared.redis_client import connect_redis
from services.shared.server import serve
from services.user.passwords import Passwords
from services.user.routes import router, well_known
from services.user.scripts import Store
from services.user.sessions import Sessions
from services.user.settings import Settings
from services.user.throttle import Throttle
from services.user.tokens import TokenIssuer

__all__ = ["create"]


def create(settings: Settings) -> FastAPI:
    """The app; its stores are opened when it starts."""
    required: dict[str, Check] = {}
    optional: dict[str, Check] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        issuer = TokenIssuer.from_file(settings.token_key_file)
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            database = Database(settings.database_url)
            stack.push_async_callback(database.close)
            redis = connect_redis(settings.redis_url)
            stack.push_async_callback(redis.aclose)
            passwords = Passwords()
            stack.callback(passwords.close)
            store = Store(redis)
            app.state.database = database
            app.state.issuer = issuer
            app.state.verifier = TokenVerifier(issuer.fetch_jwks)
            app.state.passwords = passwords
            app.state.sessions = Sessions(store)
            app.state.throttle = Throttle(store)
            required.update({"postgresql": database.ping})
            optional.update({"redis": redis.ping})
            yield

    return create_app(
        "user-service",
        lifespan=lifespan,
        routers=[router, well_known],
        required=required,
        optional=optional,
        store_errors=STORE_ERRORS,
        at_once=64,  # most wait for their turn to compute a hash, and need nothing meanwhile
        max_body=settings.max_body_bytes,
    )


if __name__ == "__main__":
    serve("user-service", Settings, create)
