"""The payment provider: this file is its composition root."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from observability.tasks import Tasks
from services.provider import routes
from services.provider.ledger import STORE_ERRORS, Ledger
from services.provider.settings import NAME, Settings
from services.provider.worker import Worker
from services.shared.app import create_app
from services.shared.parts import provide
from services.shared.server import serve


def create(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """The app with all its parts; they start with its lifespan. transport: how calls back go out, for tests."""
    ledger = Ledger(settings.database_url)
    worker = Worker(ledger, settings, transport)
    tasks = Tasks()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (ledger.close, worker.close, tasks.stop):
                stack.push_async_callback(close)
            await ledger.open()
            tasks.start("worker", worker.run)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router],
        required={"ledger": ledger.ping},
        optional=tasks.checks,
        store_errors=STORE_ERRORS,
    )
    provide(app, settings, ledger, worker)
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
