"""Our own processes: the services' instances and the one-shots that come before them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.installation import readiness
from deploy.installation.layout import CHECKOUT, Layout, instances
from deploy.installation.secrets import Secrets
from deploy.native import mongo, postgres, rabbitmq, redis
from deploy.native.programs import Program


@dataclass(frozen=True)
class Service:
    """One service: its package below services/ and the settings that only it gets."""

    name: str
    package: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class OneShot:
    """A step that runs to its end before the services start; harmless to repeat."""

    name: str
    module: str
    environment: Mapping[str, str]


def table(layout: Layout, secrets: Secrets) -> list[Service]:
    """Every service with its settings, as the environment variables that it reads."""

    def database(name: str, password: str) -> str:
        return postgres.database_url(layout, name, password)

    def amqp(service: str) -> dict[str, str]:
        return {"AMQP_URL": rabbitmq.url(layout, secrets, service)}

    cache = {"REDIS_URL": redis.url(layout, secrets)}

    def replicas(service: str) -> str:
        return ",".join(layout.url(instance) for instance in instances(service))

    users = {"USER_SERVICE_URL": replicas("user-service")}
    ledger = layout.data / "provider" / "ledger.sqlite"
    return [
        Service(
            "user-service",
            "user",
            {
                "DATABASE_URL": database("users", secrets.users_password),
                "TOKEN_KEY_FILE": str(secrets.token_key_file),
                **cache,
            },
        ),
        Service(
            "product-service",
            "product",
            {"MONGO_URL": mongo.url(layout, secrets), **cache, **amqp("product"), **users},
        ),
        Service(
            "order-service",
            "order",
            {
                "DATABASE_URL": database("orders", secrets.orders_password),
                "PRODUCT_SERVICE_URL": replicas("product-service"),
                # Seconds an order may stay unpaid; the tests shorten it.
                "ORDER_EXPIRY_SECONDS": os.environ.get("ORDER_EXPIRY_SECONDS") or "900",
                "UNPAID_ORDERS_PER_ACCOUNT": os.environ.get("UNPAID_ORDERS_PER_ACCOUNT") or "20",
                "RESERVED_UNITS_PER_ACCOUNT": os.environ.get("RESERVED_UNITS_PER_ACCOUNT") or "200",
                **amqp("order"),
                **users,
            },
        ),
        Service(
            "payment-service",
            "payment",
            {
                "DATABASE_URL": database("payments", secrets.payments_password),
                "ORDER_SERVICE_URL": replicas("order-service"),
                "PAYMENT_PROVIDER_URL": layout.url("payment-provider"),
                "WEBHOOK_SECRET": secrets.webhook_secret,
                "PROVIDER_KEY": secrets.provider_key,
                "CARD_KEY": secrets.card_key,
                **amqp("payment"),
                **users,
            },
        ),
        Service(
            "payment-provider",
            "provider",
            {
                "DATABASE_URL": f"sqlite+aiosqlite:///{ledger}",
                "WEBHOOK_SECRET": secrets.webhook_secret,
                "PROVIDER_KEY": secrets.provider_key,
            },
        ),
    ]


def programs(layout: Layout, secrets: Secrets) -> list[Program]:
    return [
        Program(
            name=instance,
            command=(sys.executable, "-m", f"services.{service.package}.main"),
            ports=(layout.port(instance),),
            ready=readiness.http(f"{layout.url(instance)}/health/ready"),
            environment=_environment(layout, service, instance),
            directory=CHECKOUT,
            watch=tuple(
                CHECKOUT / part
                for part in (f"services/{service.package}", "services/shared", "observability", "requirements")
            ),
        )
        for service in table(layout, secrets)
        for instance in instances(service.name)
    ]


def one_shots(layout: Layout, secrets: Secrets) -> list[list[OneShot]]:
    """Schemas and indexes first, then what the tables begin with; the steps of one list may run together."""
    services = {service.package: service for service in table(layout, secrets)}
    admin = {"ADMIN_PASSWORD": secrets.admin_password}

    def one_shot(package: str, step: str) -> OneShot:
        service = services[package]
        return OneShot(
            name=f"{service.name}-{step}",
            module=f"services.{package}.{step}",
            environment={
                **_environment(layout, service, f"{service.name}-1"),
                **(admin if (package, step) == ("user", "seed") else {}),
            },
        )

    return [
        [one_shot(package, "migrate") for package in ("user", "order", "payment", "product")],
        [one_shot(package, "seed") for package in ("user", "product")],
    ]


def prepare(layout: Layout) -> None:
    (layout.data / "provider").mkdir(parents=True, exist_ok=True)


def _environment(layout: Layout, service: Service, instance: str) -> dict[str, str]:
    return {
        "HOST": "127.0.0.1",
        "PORT": str(layout.port(instance)),
        "SERVICE_INSTANCE_ID": instance,
        "ENVIRONMENT": "native",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "info",
        "OTEL_EXPORTER_OTLP_ENDPOINT": layout.url("otlp"),
        "PYTHONUNBUFFERED": "1",
        # Each replica of the payment service is called back at its own address.
        **(
            {"PAYMENT_WEBHOOK_URL": f"{layout.url(instance)}/api/payments/webhook"}
            if service.package == "payment"
            else {}
        ),
        **service.settings,
    }
