"""The payment service in the test's process, with a real PostgreSQL and the real provider."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from observability.logging import setup_logging
from services.payment import settle
from services.shared.migrations import migrate
from tests.services.payment.shop import Shop, open_shop

MIGRATIONS = Path(__file__).parents[3] / "services/payment"


@pytest.fixture(scope="module", autouse=True)
def _json_logs() -> None:
    """As in the service: the broker is away all the time here, and pretty tracebacks would hold the loop up."""
    setup_logging("payment-service")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tells the settle loop of a row that a test changes by itself."""
    monkeypatch.setattr(settle, "_POLL", 0.2)


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, postgres_url: Callable[[str], str]) -> str:
    """A database of this module's own, brought to the newest revision."""
    url = postgres_url("payment_" + request.module.__name__.rpartition(".")[2])
    migrate(MIGRATIONS, url)
    return url


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A payment service and a provider, both running; it has no payments of the tests before to finish."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute("TRUNCATE payments")
    finally:
        await connection.close()
    async with open_shop(database_url, tmp_path / "ledger.sqlite") as shop:
        yield shop
