"""The payment provider: this file is its composition root."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from observability.tasks import Tasks
from services.provider import routes
from services.provider.models import open_ledger
from services.provider.settings import NAME, Settings
from services.provider.worker import Worker
from services.shared.app import create_app
from services.shared.database import STORE_ERRORS, Database
from services.shared.parts import provide
from services.shared.server import serve


def create(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """The app with all its parts; they start with its lifespan. transport: how calls back go out, for tests."""
    database = Database(settings.database_url)
    worker = Worker(database, settings, transport)
    tasks = Tasks()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (database.close, worker.close, tasks.stop):
                stack.push_async_callback(close)
            await open_ledger(database)
            tasks.start("worker", worker.run)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router],
        required={"ledger": database.ping},
        optional=tasks.checks,
        store_errors=STORE_ERRORS,
        max_body=settings.max_body_bytes,
    )
    provide(app, settings, database, worker)
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
