"""The product service's database for its tests, empty at the beginning of each."""

from collections.abc import AsyncIterator, Callable

import pytest

from observability.logging import setup_logging
from services.product.store import Store
from tests.services.product.shop import Shop


@pytest.fixture(scope="module", autouse=True)
def _json_logs() -> None:
    """As in the service: pretty tracebacks would hold the loop up."""
    setup_logging("product-service")


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, mongo_url: Callable[[str], str]) -> str:
    """A database of this module's own."""
    return mongo_url("product_" + request.module.__name__.rpartition(".")[2])


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A client of the database, which is empty but for its indexes."""
    store = Store(database_url)
    await store.create_indexes()
    await store.products.delete_many({})
    await store.decisions.delete_many({})
    yield store
    await store.close()


@pytest.fixture
async def second_store(database_url: str) -> AsyncIterator[Store]:
    """A client of the same database, as another replica has it."""
    store = Store(database_url)
    yield store
    await store.close()


@pytest.fixture
def shop(store: Store) -> Shop:
    """Looks behind the scenes."""
    return Shop(store)
