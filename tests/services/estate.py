"""All five services in the test's process, with their real stores, calling each other without a network."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.installation.secrets import Secrets
from services.order import main as order
from services.order.settings import Settings as OrderSettings
from services.payment import main as payment
from services.payment.settings import Settings as PaymentSettings
from services.product import main as product
from services.product.settings import Settings as ProductSettings
from services.product.store import Store
from services.provider import main as provider
from services.provider.settings import Settings as ProviderSettings
from services.shared.auth import TokenVerifier
from services.shared.migrations import migrate
from services.shared.parts import provide
from services.user import main as user
from services.user.settings import Settings as UserSettings
from services.user.tokens import TokenIssuer
from tests.free_ports import free_port
from tests.services.payment.shop import Network
from tests.services.support import running

SERVICES = Path(__file__).parents[2] / "services"
KEY = "a key only for these tests"
SECRET = "a secret only for these tests"


@dataclass(frozen=True)
class Stores:
    """URLs of empty, migrated databases."""

    users: str
    orders: str
    payments: str
    products: str
    redis: str
    ledger: Path


def make_stores(
    name: str, postgres_url: Callable[[str], str], mongo_url: Callable[[str], str], redis_url: str, folder: Path
) -> Stores:
    """New ones; `name` keeps those of two tests apart."""
    urls = {service: postgres_url(f"{name}_{service}") for service in ("user", "order", "payment")}
    for service, url in urls.items():
        migrate(SERVICES / service, url)
    products = mongo_url(f"{name}_product")
    return Stores(urls["user"], urls["order"], urls["payment"], products, redis_url, folder / "ledger.sqlite")


def make_apps(stores: Stores, keys: Secrets) -> dict[str, FastAPI]:
    """The services by name, not yet started. The broker is down."""
    network = Network()
    broker = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    secrets: dict[str, Any] = {"webhook_secret": SecretStr(SECRET), "provider_key": SecretStr(KEY)}
    apps = {
        "user": user.create(
            UserSettings(database_url=stores.users, redis_url=stores.redis, token_key_file=keys.token_key_file)
        ),
        "product": product.create(
            ProductSettings(
                mongo_url=stores.products, redis_url=stores.redis, amqp_url=broker, user_service_url="http://user"
            )
        ),
        "order": order.create(
            OrderSettings(
                database_url=stores.orders,
                amqp_url=broker,
                user_service_url="http://user",
                product_service_url="http://product",
            ),
            network,
        ),
        "payment": payment.create(
            PaymentSettings(
                database_url=stores.payments,
                amqp_url=broker,
                user_service_url="http://user",
                order_service_url="http://order",
                payment_provider_url="http://provider",
                payment_webhook_url="http://payment/api/payments/webhook",
                card_key=SecretStr(Fernet.generate_key().decode()),
                **secrets,
            ),
            network,
        ),
        "provider": provider.create(
            ProviderSettings(database_url=f"sqlite:///{stores.ledger}", **secrets), network
        ),
    }
    network.hosts = {name: httpx.ASGITransport(app) for name, app in apps.items()}
    provide(apps["product"], TokenVerifier(TokenIssuer.from_file(keys.token_key_file).fetch_jwks))
    return apps


@asynccontextmanager
async def started(apps: dict[str, FastAPI], stores: Stores) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client of each service; all run."""
    store = Store(stores.products)
    await store.create_indexes()
    await store.close()
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(running(app)) for name, app in apps.items()}
