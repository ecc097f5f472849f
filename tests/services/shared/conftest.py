"""A broker with one small queue, whose retries wait milliseconds; a database with the shared tables."""

from collections.abc import AsyncIterator, Callable

import pytest

from observability.logging import setup_logging
from services.shared.database import Database
from services.shared.events import contracts, topology
from services.shared.events.broker import Broker
from tests.services.shared.events.mailbox import Mailbox, open_mailbox
from tests.services.shared.tables import make_tables

SERVICE = "shop"
QUEUE = "shop.work"
TYPE = "thing.done"


@pytest.fixture(scope="module", autouse=True)
def _json_logs() -> None:
    """As in a service; pretty tracebacks would be slow."""
    setup_logging("test")


class Thing(contracts.Data):
    """What the tests' events carry."""

    n: int = 0
    order_id: str | None = None


@pytest.fixture(autouse=True)
def _things(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two types of the tests' own."""
    for name in (TYPE, "nobody.listens"):
        monkeypatch.setitem(contracts.CONTRACTS, name, Thing)


@pytest.fixture
def small_topology(monkeypatch: pytest.MonkeyPatch) -> None:
    """One queue of one type, of the service that publishes it, with quick retries."""
    monkeypatch.setattr(topology, "QUEUES", {QUEUE: (TYPE,)})
    monkeypatch.setattr(topology, "PUBLISHED", {SERVICE: (TYPE,)})
    monkeypatch.setattr(topology, "RETRY_DELAYS_MS", (2, 3, 4, 5))


@pytest.fixture
async def broker(broker_url: str, small_topology: None) -> AsyncIterator[Broker]:
    """A connected broker."""
    broker = Broker(broker_url, "test", SERVICE)
    await broker.ping()
    yield broker
    await broker.close()


@pytest.fixture
async def mailbox(broker_url: str, broker: Broker) -> AsyncIterator[Mailbox]:
    """Sees what the broker holds."""
    async with open_mailbox(broker_url) as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, postgres_url: Callable[[str], str]) -> str:
    """A database of this module's own."""
    return postgres_url("shared_" + request.module.__name__.rpartition(".")[2])


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """That database with empty tables."""
    database = Database(database_url)
    await make_tables(database)
    yield database
    await database.close()
