"""What works while Redis does not answer."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.user.main import create
from services.user.settings import Settings
from services.user.throttle import PAIR_LIMIT
from tests.free_ports import free_port
from tests.services.support import running
from tests.services.user.people import People


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Redis at a port where nothing listens."""
    return settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}/0"})


async def test_login_answers_without_a_refresh_token(people: People) -> None:
    """The access token works; there is just no session."""
    person = await people.member()
    assert person.refresh_token is None
    assert (await person.profile()).status_code == 200


async def test_throttling_falls_back_to_the_process(people: People) -> None:
    """Guessing does not become free; success still forgets."""
    person = await people.member()
    for _ in range(PAIR_LIMIT - 1):
        assert (await person.login("wrong password")).status_code == 401
    assert (await person.login()).status_code == 200
    for _ in range(PAIR_LIMIT):
        assert (await person.login("wrong password")).status_code == 401
    response = await person.login()
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0


async def test_owner_gets_in_beside_a_stranger(people: People) -> None:
    """The local counts know addresses too."""
    owner, stranger = await people.member(), people.stranger()
    stranger.email = owner.email
    assert [(await stranger.login("wrong password")).status_code for _ in range(PAIR_LIMIT)] == [401] * PAIR_LIMIT
    assert (await stranger.login()).status_code == 429
    assert (await owner.login()).status_code == 200


@pytest.mark.parametrize("path", ["/refresh", "/logout"])
async def test_sessions_are_unavailable(people: People, path: str) -> None:
    """503 and a time to come back."""
    response = await people.stranger().post(path, {"refreshToken": "a.b"})
    assert response.status_code == 503
    assert "retry-after" in response.headers


async def test_refresh_token_outlives_an_outage(people: People, settings: Settings, redis_url: str) -> None:
    """A refresh that met a dead Redis did not use the token up; and logout-all works all the same."""
    async with running(create(settings.model_copy(update={"redis_url": redis_url}))) as healthy:
        person = await People(healthy).member()
        down = people.stranger()
        down.token = person.token
        assert (await down.refresh(person.refresh_token)).status_code == 503
        refreshed = await person.refresh(person.refresh_token)
        assert refreshed.status_code == 200
        assert (await down.post("/logout-all", None)).status_code == 204
        assert (await person.refresh(refreshed.json()["refreshToken"])).status_code == 401


async def test_readiness_is_degraded(client: httpx.AsyncClient) -> None:
    """The service takes requests, and says what is missing."""
    response = await client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["dependencies"]["redis"].startswith("unavailable")


@pytest.fixture
async def without_database(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose PostgreSQL is gone too."""
    url = f"postgresql+asyncpg://u:p@127.0.0.1:{free_port()}/users"
    async with running(create(settings.model_copy(update={"database_url": url}))) as client:
        yield client


async def test_without_database_nothing_works_but_keys(without_database: httpx.AsyncClient) -> None:
    """Unavailable, not crashed; other services can still fetch the keys."""
    person = People(without_database).stranger()
    assert (await person.register()).status_code == 503
    assert (await person.login()).status_code == 503
    assert (await without_database.get("/health/ready")).status_code == 503
    assert (await without_database.get("/health")).status_code == 200
    assert (await without_database.get("/.well-known/jwks.json")).status_code == 200
