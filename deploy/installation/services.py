"""What is known of each service: the one table that everything reads which starts, finds or watches a service.

docker-compose.yml says the same in its own form, and a test compares the two. CONTRIBUTING.md says how to add a
service. Ports are checked before anything is installed, so this module has only the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "BEHIND_GATEWAY",
    "BROKER_USERS",
    "CALLED_BACK",
    "CONTAINER_PORT",
    "DATABASES",
    "MONGO_DATABASE",
    "PROVIDER",
    "PUBLIC",
    "REPLICATED",
    "SECRETS",
    "SERVICES",
    "Service",
    "find",
    "instances",
]


# Where every service listens in its container.
CONTAINER_PORT = 8000


@dataclass(frozen=True)
class Service:
    """One service. Its code is in `services/<package>/`, which has the modules `main` and those of `steps`."""

    name: str
    package: str
    # In the native run: one port for each replica, before the offset.
    ports: tuple[int, ...]
    # In containers: the group that may read the service's secrets. Each number belongs to one container.
    group: int
    # What the API's documents call its part, and say about it.
    title: str = ""
    about: str = ""
    # What the gateway passes on: a path below /api/ with everything that follows it, any other path by itself.
    routes: tuple[str, ...] = ()
    # Where its data are, and the name of the database.
    store: Literal["", "postgresql", "mongodb", "sqlite"] = ""
    database: str = ""
    redis: bool = False
    # Whether it sends or receives events; topology.py says which. Its user at the broker has its package's name.
    events: bool = False
    # Services that it asks. It gets their addresses as <NAME>_URL.
    calls: tuple[str, ...] = ()
    # Values that nobody else may know, as settings of these names. Services that name the same value share it.
    secrets: tuple[str, ...] = ()
    # The same, as files: the setting that holds the path, and the file's name.
    secret_files: Mapping[str, str] = field(default_factory=dict)
    # Settings that `./shop up` takes from its environment, with their defaults.
    choices: Mapping[str, str] = field(default_factory=dict)
    # Settings that hold an address of the replica itself, with the path.
    own_addresses: Mapping[str, str] = field(default_factory=dict)
    # Modules that run to their end before the service starts: first all `migrate`, then all `seed`.
    steps: tuple[str, ...] = ()
    # Secrets that only the step `seed` gets, and its group when it has any.
    seed_secrets: tuple[str, ...] = ()
    seed_group: int = 0

    @property
    def replicas(self) -> dict[str, int]:
        """Their names with their ports: the service's own name where there is only one."""
        if len(self.ports) == 1:
            return {self.name: self.ports[0]}
        return {f"{self.name}-{number}": port for number, port in enumerate(self.ports, 1)}


SERVICES: tuple[Service, ...] = (
    Service(
        name="user-service",
        package="user",
        ports=(18001, 18002),
        group=20001,
        title="Users",
        about="Accounts, logins, sessions and the keys that tokens are signed with.",
        routes=("/api/users", "/.well-known/jwks.json"),
        store="postgresql",
        database="users",
        redis=True,
        secret_files={"TOKEN_KEY_FILE": "token_key.pem"},
        steps=("migrate", "seed"),
        seed_secrets=("admin_password",),
        seed_group=20002,
    ),
    Service(
        name="product-service",
        package="product",
        ports=(18011, 18012),
        group=20003,
        title="Products",
        about="The catalogue, its search, and its stock.",
        routes=("/api/products",),
        store="mongodb",
        database="products",
        redis=True,
        events=True,
        calls=("user-service",),
        choices={"CURRENCY": "EUR"},
        steps=("migrate", "seed"),
    ),
    Service(
        name="order-service",
        package="order",
        ports=(18021, 18022),
        group=20004,
        title="Orders",
        about="Placing, reading, cancelling and fulfilling orders.",
        routes=("/api/orders",),
        store="postgresql",
        database="orders",
        events=True,
        calls=("user-service", "product-service"),
        choices={
            "ORDER_EXPIRY_SECONDS": "900",  # how long an order may stay unpaid; the tests shorten it
            "UNPAID_ORDERS_PER_ACCOUNT": "20",
            "RESERVED_UNITS_PER_ACCOUNT": "200",
        },
        steps=("migrate",),
    ),
    Service(
        name="payment-service",
        package="payment",
        ports=(18031, 18032),
        group=20005,
        title="Payments",
        about="Paying an order, and what became of it.",
        routes=("/api/payments",),
        store="postgresql",
        database="payments",
        events=True,
        calls=("user-service", "order-service", "payment-provider"),
        secrets=("webhook_secret", "provider_key", "card_key"),
        own_addresses={"PAYMENT_WEBHOOK_URL": "/api/payments/webhook"},
        steps=("migrate",),
    ),
    Service(
        name="payment-provider",
        package="provider",
        ports=(18041,),
        group=20006,
        store="sqlite",
        database="ledger",
        secrets=("webhook_secret", "provider_key"),
    ),
)

# Those that people reach through the gateway. They are named `<package>-service`.
PUBLIC = tuple(service for service in SERVICES if service.routes)
BEHIND_GATEWAY = tuple(service.name for service in PUBLIC)
# Those of which the native run has several replicas.
REPLICATED = tuple(service.name for service in PUBLIC if len(service.ports) > 1)
# The databases of PostgreSQL; each belongs to a role of the same name.
DATABASES = tuple(service.database for service in SERVICES if service.store == "postgresql")
# The one database of MongoDB; its user has the same name.
(MONGO_DATABASE,) = (service.database for service in SERVICES if service.store == "mongodb")
# The payment provider, whose database is a file, and the service that it calls back.
(PROVIDER,) = (service for service in SERVICES if service.store == "sqlite")
(CALLED_BACK,) = (service for service in SERVICES if service.own_addresses)
# The users of the broker, by the package of their service.
BROKER_USERS = tuple(service.package for service in SERVICES if service.events)
# The values that services are given, each once.
SECRETS = tuple(dict.fromkeys(name for service in SERVICES for name in (*service.secrets, *service.seed_secrets)))


def find(name: str) -> Service:
    """The service of this name. KeyError: there is none."""
    return {service.name: service for service in SERVICES}[name]


def instances(name: str) -> tuple[str, ...]:
    """The names of the replicas of a service; none when no service has this name."""
    return next((tuple(service.replicas) for service in SERVICES if service.name == name), ())
