"""The payment service: this file is its composition root."""

from collections import ChainMap
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from observability.tasks import Tasks
from services.payment import events, routes
from services.payment.commands import OLD_TOMBSTONES
from services.payment.orders import Orders
from services.payment.settings import NAME, Settings
from services.payment.settle import Settler
from services.payment.vault import Vault
from services.shared.app import create_app
from services.shared.auth import TokenVerifier
from services.shared.database import STORE_ERRORS, Database
from services.shared.events.backlog import Backlog
from services.shared.events.broker import Broker
from services.shared.events.consumer import Consumer, Handled
from services.shared.events.envelope import Event
from services.shared.events.inbox import once
from services.shared.events.outbox import waiting
from services.shared.events.relay import relay
from services.shared.housekeeping import forget_old
from services.shared.jwks import jwks_from
from services.shared.parts import provide
from services.shared.peer import Peer
from services.shared.server import serve

QUEUE = "payment.orders"


def create(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """The app with all its parts; they start with its lifespan. transport: how calls go out, for tests."""
    database = Database(settings.database_url)
    broker = Broker(settings.amqp_url, settings.service_instance_id, "payment")
    users = Peer("user-service", settings.user_service_url, transport=transport)
    orders = Peer("order-service", settings.order_service_url, transport=transport)
    provider = Peer(
        "payment-provider",
        settings.payment_provider_url,
        headers={"Authorization": f"Bearer {settings.provider_key.get_secret_value()}"},
        transport=transport,
    )
    vault = Vault(settings.card_key.get_secret_value())
    settler = Settler(database, provider, vault, settings)
    backlog = Backlog(lambda: waiting(database))
    verifier = TokenVerifier(jwks_from(users))
    tasks = Tasks()
    cancel = once(database, QUEUE, events.ORDERS)

    async def cancelled(event: Event) -> Handled:
        outcome = await cancel(event)
        settler.wake()  # there may be money to give back
        return outcome

    cancellations = Consumer(broker, QUEUE, cancelled, drain=settings.drain_seconds, outages=STORE_ERRORS)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (database.close, users.close, orders.close, provider.close, broker.close, tasks.stop):
                stack.push_async_callback(close)
            await verifier.prefetch()
            tasks.start("relay", lambda: relay(settings.database_url, broker, "payment"))
            tasks.start("topology", broker.keep_up)
            tasks.start("outbox-gauges", backlog.run)
            tasks.start("settle", settler.run)
            tasks.start("housekeeping", lambda: forget_old(database, OLD_TOMBSTONES))
            tasks.start(QUEUE, cancellations.run)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router],
        required={"postgresql": database.ping},
        optional=ChainMap({"rabbitmq": broker.ping, "outbox": backlog.check}, tasks.checks),
        store_errors=STORE_ERRORS,
    )
    provide(app, settings, database, Orders(orders), vault, settler, verifier)
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
