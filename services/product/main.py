"""The product service: this file is its composition root."""

from collections import ChainMap
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from observability.tasks import Tasks
from services.product import routes
from services.product.events import OUTAGES, on_order
from services.product.housekeeping import forget_old
from services.product.relay import Changes, waiting
from services.product.replay import replay
from services.product.settings import NAME, Settings
from services.product.store import STORE_ERRORS, Store
from services.product.vocabulary import Vocabulary
from services.shared.app import create_app
from services.shared.auth import TokenVerifier
from services.shared.cache import Cache
from services.shared.events.backlog import Backlog
from services.shared.events.broker import Broker
from services.shared.events.consumer import Consumer
from services.shared.jwks import jwks_from
from services.shared.parts import provide
from services.shared.peer import Peer
from services.shared.redis_client import connect_redis
from services.shared.server import serve

_STOCK_AGE = 5  # seconds: how old the stock in a cached answer may be


def create(settings: Settings) -> FastAPI:
    """The app with all its parts; they start with its lifespan."""
    store = Store(settings.mongo_url)
    redis = connect_redis(settings.redis_url)
    broker = Broker(settings.amqp_url, settings.service_instance_id, "product")
    users = Peer("user-service", settings.user_service_url)
    changes = Changes(store, broker)
    backlog = Backlog(lambda: waiting(store))
    orders = Consumer(
        broker,
        "product.orders",
        on_order(store, broker),
        drain=settings.drain_seconds,
        outages=OUTAGES,
    )
    verifier = TokenVerifier(jwks_from(users))
    tasks = Tasks()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:  # each part is closed, whatever happens to the others
            for close in (redis.aclose, store.close, users.close, broker.close, tasks.stop):
                stack.push_async_callback(close)
            await verifier.prefetch()
            tasks.start("changes", changes.run)
            tasks.start("outbox-gauges", backlog.run)
            tasks.start("topology", broker.keep_up)
            tasks.start("replay", lambda: replay(store, broker))
            tasks.start("housekeeping", lambda: forget_old(store))
            tasks.start("product.orders", orders.run)
            yield

    app = create_app(
        NAME,
        lifespan=lifespan,
        routers=[routes.router, routes.internal],
        required={"mongodb": store.ping},
        optional=ChainMap({"redis": redis.ping, "rabbitmq": broker.ping, "outbox": backlog.check}, tasks.checks),
        store_errors=STORE_ERRORS,
    )
    cache = Cache(redis, "catalogue", ttl=_STOCK_AGE)
    provide(app, settings, store, cache, changes, Vocabulary(store), verifier)
    return app


if __name__ == "__main__":
    serve(NAME, Settings, create)
