"""The user service in the test's process, with a real PostgreSQL and a real Redis."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from deploy.installation.secrets import Secrets
from services.shared.migrations import migrate
from services.user.main import create
from services.user.settings import Settings
from tests.services.support import running
from tests.services.user.people import People

MIGRATIONS = Path(__file__).parents[3] / "services/user"


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, postgres_url: Callable[[str], str]) -> str:
    """A database of this module's own, brought to the newest revision."""
    url = postgres_url(request.module.__name__.rpartition(".")[2])
    migrate(MIGRATIONS, url)
    return url


@pytest.fixture
def settings(database_url: str, redis_url: str, keys: Secrets) -> Settings:
    """Settings with which everything works."""
    return Settings(database_url=database_url, redis_url=redis_url, token_key_file=keys.token_key_file)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running user service."""
    async with running(create(settings)) as client:
        yield client


@pytest.fixture
def people(client: httpx.AsyncClient) -> People:
    """Makes accounts and speaks for them."""
    return People(client)
