"""The addresses of the stores, and the settings of a service that hold secrets, however an installation runs."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.installation.broker_rights import ADMIN, MONITOR, VHOST
from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets, ensure
from deploy.installation.services import MONGO_DATABASE, Service


@dataclass(frozen=True)
class Stores:
    """Where the stores answer: host and port of each."""

    postgres: str
    mongo: str
    redis: str
    rabbitmq: str

    @classmethod
    def of(cls, layout: Layout) -> Stores:
        """The stores of an installation, as this machine reaches them."""
        return cls(*(f"127.0.0.1:{layout.port(name)}" for name in ("postgres", "mongo", "redis", "amqp")))


def postgres_url(host: str, database: str, password: str) -> str:
    """The URL of a database for SQLAlchemy, as the database's own role."""
    return f"postgresql+asyncpg://{database}:{password}@{host}/{database}"


def mongo_url(host: str, login: str = "", database: str = "") -> str:
    """login: a user with a password, as in a URL, with the at sign; empty: nobody in particular."""
    return f"mongodb://{login}{host}/{database}?directConnection=true"


def own_mongo_url(host: str, keys: Secrets) -> str:
    """The URL for the one service with data there: its user may use its database and no other."""
    return mongo_url(host, f"{MONGO_DATABASE}:{keys.databases[MONGO_DATABASE]}@", MONGO_DATABASE)


def redis_url(host: str, keys: Secrets) -> str:
    """Redis has one user."""
    return f"redis://:{keys.redis_password}@{host}/0"


def broker_passwords(keys: Secrets) -> dict[str, str]:
    """The password of each user of the broker."""
    return {ADMIN: keys.rabbitmq_password, MONITOR: keys.rabbitmq_monitoring_password, **keys.broker}


def amqp_url(host: str, keys: Secrets, user: str = ADMIN) -> str:
    """The URL by which a user of the broker connects."""
    return f"amqp://{user}:{broker_passwords(keys)[user]}@{host}/{VHOST}"


@dataclass(frozen=True)
class StoreUrls:
    """The URL of each store of an installation, as this machine reaches it."""

    layout: Layout

    def postgres(self, database: str) -> str:
        """As the database's own role."""
        return postgres_url(Stores.of(self.layout).postgres, database, self._keys.databases[database])

    def amqp(self, user: str = ADMIN) -> str:
        """As this user of the broker."""
        return amqp_url(Stores.of(self.layout).rabbitmq, self._keys, user)

    @property
    def mongo(self) -> str:
        """As the one service with data there."""
        return own_mongo_url(Stores.of(self.layout).mongo, self._keys)

    @property
    def redis(self) -> str:
        """As its one user."""
        return redis_url(Stores.of(self.layout).redis, self._keys)

    @property
    def _keys(self) -> Secrets:
        return ensure(self.layout.secrets)


def secret_settings(service: Service, keys: Secrets, at: Stores) -> dict[str, str]:
    """The settings of a service that hold passwords or keys, by their names in the environment."""
    found: dict[str, str] = {}
    if service.store == "postgresql":
        found["DATABASE_URL"] = postgres_url(at.postgres, service.database, keys.databases[service.database])
    if service.store == "mongodb":
        found["MONGO_URL"] = own_mongo_url(at.mongo, keys)
    if service.redis:
        found["REDIS_URL"] = redis_url(at.redis, keys)
    if service.events:
        found["AMQP_URL"] = amqp_url(at.rabbitmq, keys, service.package)
    return found | {name.upper(): keys.given[name] for name in service.secrets}
