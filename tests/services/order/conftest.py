"""The order service in the test's process, with a real PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from observability.logging import setup_logging
from services.shared.migrations import migrate
from tests.services.order.desk import Desk, open_desk

MIGRATIONS = Path(__file__).parents[3] / "services/order"


@pytest.fixture(scope="module", autouse=True)
def _json_logs() -> None:
    """As in the service; pretty tracebacks would be slow."""
    setup_logging("order-service")


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, postgres_url: Callable[[str], str]) -> str:
    """A database of this module's own, brought to the newest revision."""
    url = postgres_url("order_" + request.module.__name__.rpartition(".")[2])
    migrate(MIGRATIONS, url)
    return url


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A running order service."""
    async with open_desk(database_url) as desk:
        yield desk
