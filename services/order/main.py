"""The order service: this file is its composition root."""

from collections import ChainMap
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from observability.tasks import Tasks
from services.order import events, routes
from services.order.catalogue import Catalogue
from services.order.expiry import cancel_expired
from services.order.limits import Limits
from services.order.moves import hear
from services.order.rules import Allowance
from services.order.settings import NAME, Settings
from services.shared.app import create_app
from services.shared.auth import TokenVerifier
from services.shared.database import STORE_ERRORS, Database
from services.shared.events.backlog import Backlog
from services.shared.events.broker import Broker
from services.shared.events.consumer import Consumer
from services.shared.events.inbox import Effect, once
from services.shared.events.outbox import waiting
from services.shared.events.relay import relay
from services.shared.housekeeping import forget_old
from services.shared.jwks import jwks_from
from services.shared.parts import provide
from services.shared.peer import Peer
from services.shared.server import serve
from services.shared.standby import Standby


def create(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """The app with all its parts; they start with its lifespan. transport: how calls go out, for tests."""
    database = Database(settings.database_url)
    broker = Broker(settings.amqp_url, settings.service_instance_id, "order")
    users = Peer("user-service", settings.user_service_url, transport=transport)
    products = Peer("product-service", settings.product_service_url, transport=transport)
    backlog = Backlog(lambda: waiting(database))
    verifier = TokenVerifier(jwks_from(users))
    standby = Standby()
    tasks = Tasks()

    def consumer(queue: str, effects: Mapping[str, Effect]) -> Consumer:
        handle = once(database, queue, effects)
        return Consumer(broker, queue, handle, drain=settings.drain_seconds, outages=STORE_ERRORS)

    payments = consumer("order.payments", events.PAYMENTS)

    async def expire() -> None:
        await cancel_expired(database, settings.order_expiry_seconds, payments.steady_for)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (database.close, users.close, products.close, broker.close, tasks.stop):
                stack.push_async_callback(close)
            await verifier.prefetch()
            tasks.start("relay", lambda: relay(settings.database_url, broker, "order"))
            tasks.start("topology", broker.keep_up)
            tasks.start("outbox-gauges", backlog.run)
            tasks.start("moves", lambda: hear(settings.database_url, standby))
            tasks.start("expiry", expire)
            tasks.start("housekeeping", lambda: forget_old(database))
            tasks.start("order.stock", consumer("order.stock", events.STOCK).run)
            tasks.start("order.payments", payments.run)
            tasks.start("order.products", consumer("order.products", events.PRODUCTS).run)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router],
        required={"postgresql": database.ping},
        optional=ChainMap({"rabbitmq": broker.ping, "outbox": backlog.check}, tasks.checks),
        store_errors=STORE_ERRORS,
    )
    allowance = Allowance(settings.unpaid_orders_per_account, settings.reserved_units_per_account)
    provide(app, database, Catalogue(products), Limits(allowance), standby, verifier)
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
