"""The stores of the services' tests: one instance of each a session, a database a test module."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.installation import addresses, secrets
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from tests.services.infrastructure import (
    isolated_layout,
    mongo_root_url,
    running_mongo,
    running_postgres,
    running_rabbitmq,
    running_redis,
)
from tests.services.rabbit import Rabbit


@pytest.fixture(scope="session")
def layout() -> Iterator[Layout]:
    """Directories and ports of this session's instances."""
    with isolated_layout() as layout:
        yield layout


@pytest.fixture(scope="session")
def keys(layout: Layout) -> secrets.Secrets:
    """Generated passwords and keys, the token key among them."""
    return secrets.ensure(layout.secrets)


@pytest.fixture(scope="session")
def postgres_url(layout: Layout, keys: secrets.Secrets) -> Iterator[Callable[[str], str]]:
    """Makes an empty database and returns its URL."""

    def create(name: str) -> str:
        port = str(layout.port("postgres"))
        for command in (
            ["dropdb", "--if-exists", "--force"],
            ["createdb"],
        ):  # the module may have been here before
            subprocess.run(
                ["/usr/bin/env", *command, "-h", "127.0.0.1", "-p", port, "-U", "postgres", name],
                env={"PGPASSWORD": keys.postgres_password, "PATH": _path_with_postgres()},
                cwd="/",
                check=True,
            )
        return f"postgresql+asyncpg://postgres:{keys.postgres_password}@127.0.0.1:{port}/{name}"

    with running_postgres(layout, keys):
        yield create


@pytest.fixture(scope="session")
def redis_url(layout: Layout, keys: secrets.Secrets) -> Iterator[str]:
    """The URL of a Redis with a password."""
    with running_redis(layout, keys):
        yield StoreUrls(layout).redis


@pytest.fixture(scope="session")
def mongo_url(layout: Layout, keys: secrets.Secrets) -> Iterator[Callable[[str], str]]:
    """The URL of a database by its name; MongoDB makes it when it is first written to."""

    def name(database: str) -> str:
        return mongo_root_url(layout, keys, database)

    with running_mongo(layout, keys):
        yield name


@pytest.fixture(scope="session")
def rabbit(layout: Layout, keys: secrets.Secrets) -> Iterator[Rabbit]:
    """A RabbitMQ node and its management API."""
    with running_rabbitmq(layout, keys):
        api = f"{layout.url('rabbitmq-ui')}/api"
        yield Rabbit(
            api,
            addresses.broker_passwords(keys),
            layout.port("amqp"),
            f"http://127.0.0.1:{layout.port('rabbitmq-metrics')}/metrics",
        )


@pytest.fixture
def broker_url(rabbit: Rabbit) -> Iterator[str]:
    """The URL of an empty virtual host, removed after the test."""
    with rabbit.virtual_host() as url:
        yield url


def _path_with_postgres() -> str:
    newest = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return f"{newest}:/usr/bin:/bin"
