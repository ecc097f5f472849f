"""The user service: this file is its composition root."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from services.shared.app import create_app
from services.shared.auth import TokenVerifier
from services.shared.database import STORE_ERRORS, Database
from services.shared.parts import provide
from services.shared.redis_client import connect_redis
from services.shared.server import serve
from services.user import routes
from services.user.passwords import Passwords
from services.user.scripts import Scripts
from services.user.sessions import Sessions
from services.user.settings import NAME, Settings
from services.user.throttle import Throttle
from services.user.tokens import TokenIssuer

_AT_ONCE = 64  # most requests wait for their turn to compute a hash, and need nothing meanwhile


def create(settings: Settings) -> FastAPI:
    """The app with all its parts; they start with its lifespan."""
    database = Database(settings.database_url)
    redis = connect_redis(settings.redis_url)
    scripts = Scripts(redis)
    passwords = Passwords()
    issuer = TokenIssuer.from_file(settings.token_key_file)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (database.close, redis.aclose, passwords.close):
                stack.push_async_callback(close)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router, routes.well_known],
        required={"postgresql": database.ping},
        optional={"redis": redis.ping},
        store_errors=STORE_ERRORS,
        at_once=_AT_ONCE,
    )
    provide(
        app, database, passwords, issuer, Sessions(scripts), Throttle(scripts), TokenVerifier(issuer.fetch_jwks)
    )
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
