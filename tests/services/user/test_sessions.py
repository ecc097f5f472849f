"""Refresh sessions: rotation, reuse, logout."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import Response
from redis.asyncio import Redis

from services.user.main import create
from services.user.sessions import LIFETIME
from services.user.settings import Settings
from tests.services.proxy import Proxy, proxy_to
from tests.services.support import running
from tests.services.user.people import PASSWORD, People, Person


async def test_refresh_answers_new_tokens(people: People) -> None:
    """A refresh token gives an access token that works, and the next refresh token."""
    person = await people.member()
    first = person.refresh_token
    response = await person.refresh(first)
    assert response.status_code == 200
    assert response.json().keys() == {"token", "tokenType", "expiresIn", "refreshToken"}
    assert response.json()["refreshToken"] != first
    person.token = response.json()["token"]
    assert (await person.profile()).status_code == 200
    assert (await person.refresh(response.json()["refreshToken"])).status_code == 200


async def test_reused_token_ends_its_family_and_no_other(
    people: People, captured_logs: list[dict[str, Any]]
) -> None:
    """The thief and the owner cannot be told apart: both are out. The owner's other device stays."""
    person = await people.member()
    stolen = person.refresh_token
    await person.login()
    other_device = person.refresh_token
    newest = stolen
    for _ in range(2):
        newest = (await person.refresh(newest)).json()["refreshToken"]
    assert (await person.refresh(stolen)).status_code == 401
    assert "session.reuse_detected" in [line["event"] for line in captured_logs]
    assert (await person.refresh(newest)).status_code == 401
    assert (await person.refresh(other_device)).status_code == 200


async def test_token_is_good_again_for_a_moment(people: People, redis_url: str) -> None:
    """For thirty seconds after its use, for whoever lost the answer; then it ends the family, as older ones do."""
    person = await people.member()
    for age, statuses in ((25, (200, 200)), (30, (401, 401))):
        await person.login()
        first = person.refresh_token
        assert (await person.refresh(first)).status_code == 200
        async with Redis.from_url(redis_url) as redis:
            await redis.hincrby(f"session:{first.partition('.')[0]}", "used_at", -age)
        again = await person.refresh(first)
        newest = again.json().get("refreshToken", first)
        assert (again.status_code, (await person.refresh(newest)).status_code) == statuses


async def test_thief_within_that_moment_is_found_out_at_the_next_use(people: People) -> None:
    """Both have a token, of which one is good; whoever uses the other ends the family."""
    person = await people.member()
    stolen = person.refresh_token
    of_owner = (await person.refresh(stolen)).json()["refreshToken"]
    of_thief = (await person.refresh(stolen)).json()["refreshToken"]
    assert (await person.refresh(of_owner)).status_code == 401
    assert (await person.refresh(of_thief)).status_code == 401


async def test_refreshes_at_once_give_one_good_token(people: People) -> None:
    """All are answered, and the last token is good; the first of the others that comes ends the session."""
    person = await people.member()

    async def decided() -> Response:
        """A busy machine may answer 503, which leaves the token good for another try."""
        for _ in range(10):
            if (response := await person.refresh(person.refresh_token)).status_code != 503:
                break
        return response

    responses = await asyncio.gather(*(decided() for _ in range(10)))
    assert {response.status_code for response in responses} == {200}
    tokens = [response.json()["refreshToken"] for response in responses]
    statuses = [(await person.refresh(token)).status_code for token in tokens]
    assert statuses.count(200) <= 1


async def test_logout_ends_one_session(people: People) -> None:
    """That refresh token is dead, other sessions live; a second logout is harmless."""
    person = await people.member()
    first = person.refresh_token
    await person.login()
    assert (await person.post("/logout", {"refreshToken": first})).status_code == 204
    assert (await person.refresh(first)).status_code == 401
    assert (await person.refresh(person.refresh_token)).status_code == 200
    assert (await person.post("/logout", {"refreshToken": first})).status_code == 204


async def test_logout_all_ends_every_session_of_the_user_only(people: People) -> None:
    """All own refresh tokens die, also those of before; a new login works; other people notice nothing."""
    person, other = await people.member(), await people.member()
    tokens = [person.refresh_token]
    await person.login()
    tokens.append(person.refresh_token)
    assert (await person.post("/logout-all", None)).status_code == 204
    assert [(await person.refresh(token)).status_code for token in tokens] == [401, 401]
    assert (await other.refresh(other.refresh_token)).status_code == 200
    await person.login()
    assert (await person.refresh(person.refresh_token)).status_code == 200


@pytest.mark.parametrize("how", ["logout-all", "password"])
async def test_access_tokens_end_here_at_once(people: People, how: str) -> None:
    """After logout-all or a new password the user service takes no access token from before, on no route."""
    person, other = await people.member(), await people.member()
    if how == "logout-all":
        assert (await person.post("/logout-all", None)).status_code == 204
    else:
        changed = await person.change(password="new password", currentPassword=PASSWORD)
        assert changed.status_code == 200
    assert (await person.profile()).status_code == 401
    assert (await person.change(name="Mallory")).status_code == 401
    assert (await person.post("/logout-all", None)).status_code == 401
    assert (await other.profile()).status_code == 200
    assert (await person.login("new password" if how == "password" else PASSWORD)).status_code == 200
    profile = await person.profile()
    assert (profile.status_code, profile.json()["name"]) == (200, "Ada")


async def test_logout_all_needs_a_bearer(people: People) -> None:
    """Nobody is logged out by a stranger."""
    assert (await people.stranger().post("/logout-all", None)).status_code == 401


@pytest.mark.parametrize("token", ["x", ".", "a.b", "..", "é.ü", "a" * 200, "*", "session:x.y"])
async def test_token_that_was_never_given_is_refused(people: People, token: str) -> None:
    """Whatever it looks like."""
    assert (await people.stranger().refresh(token)).status_code == 401


@pytest.mark.parametrize("token", ["", "a" * 201, "\x00", None, 1, {}])
async def test_what_is_no_token_is_refused(people: People, token: Any) -> None:
    """Not valid, never a server error."""
    response = await people.stranger().post("/refresh", {"refreshToken": token})
    assert response.status_code == 422


async def test_redis_holds_no_token_and_forgets_by_itself(people: People, redis_url: str) -> None:
    """Only hashes are stored; every key has a TTL; using a session starts its 30 days again."""
    person = await people.member()
    await person.login("wrong password")
    family, _, secret = person.refresh_token.partition(".")
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        stored = await redis.hgetall(f"session:{family}")
        assert secret not in str(stored)
        assert person.email not in str([key async for key in redis.scan_iter()])
        assert all([await redis.ttl(key) > 0 async for key in redis.scan_iter()])
        await redis.expire(f"session:{family}", 60)
        assert (await person.refresh(person.refresh_token)).status_code == 200
        assert await redis.ttl(f"session:{family}") > LIFETIME - 60


@asynccontextmanager
async def behind_proxy(settings: Settings, redis_url: str) -> AsyncIterator[tuple[Proxy, Person]]:
    """A service that reaches Redis through a proxy, and somebody who is logged in there."""
    port = urlsplit(redis_url).port
    assert port is not None
    async with proxy_to(port) as proxy:
        through = redis_url.replace(f":{port}", f":{proxy.port}")
        async with running(create(settings.model_copy(update={"redis_url": through}))) as client:
            yield proxy, await People(client).member()


async def test_answer_that_is_lost_costs_no_session(settings: Settings, redis_url: str) -> None:
    """Redis may rotate a token, and close the connection before it says so: the command is sent again."""
    async with behind_proxy(settings, redis_url) as (proxy, person):
        proxy.swallow_answer(b"rotated")
        answer = await person.refresh(person.refresh_token)
        assert proxy.swallowed == 1
        assert answer.status_code == 200
        assert (await person.refresh(answer.json()["refreshToken"])).status_code == 200


async def test_answer_that_comes_too_late_costs_no_session(settings: Settings, redis_url: str) -> None:
    """Redis has used the token up, and says so after its time: the client gets 503, and tries the same again."""
    async with behind_proxy(settings, redis_url) as (proxy, person):
        used = person.refresh_token
        proxy.hold_back_answer(b"rotated", 0.5)
        assert (await person.refresh(used)).status_code == 503
        assert proxy.held_back == 1
        answer = await person.refresh(used)
        assert answer.status_code == 200
        assert (await person.refresh(answer.json()["refreshToken"])).status_code == 200
