"""Throttling of failed logins."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
from redis.asyncio import Redis

from services.shared.redis_client import connect_redis
from services.user import throttle
from services.user.main import create
from services.user.scripts import Scripts
from services.user.settings import Settings
from services.user.throttle import ADDRESS_LIMIT, EMAIL_LIMIT, PAIR_LIMIT, WINDOW, Throttle, _keys, _LocalCounts
from tests.services.support import running
from tests.services.user.people import PASSWORD, People, Person


async def fail(person: Person, times: int) -> list[int]:
    return [(await person.login("wrong password")).status_code for _ in range(times)]


@pytest.fixture
async def elsewhere(redis_url: str) -> AsyncIterator[Throttle]:
    """Another replica's counting: a failure there costs no hash."""
    async with connect_redis(redis_url) as redis:
        yield Throttle(Scripts(redis))


@pytest.mark.parametrize("known", [True, False])
async def test_failures_of_an_address_at_an_account_are_limited(people: People, known: bool) -> None:
    """After the limit even the right password is turned away, with the time to wait; unknown emails alike."""
    person = await people.member() if known else people.stranger()
    assert await fail(person, PAIR_LIMIT) == [401] * PAIR_LIMIT
    response = await person.login(PASSWORD)
    assert response.status_code == 429
    seconds = response.headers["retry-after"]
    assert 1 <= int(seconds) <= WINDOW
    assert response.json()["type"] == "/api/problems/too-many-failed-logins"
    assert response.headers["ratelimit-policy"] == f'"failed-logins";q={PAIR_LIMIT};w={WINDOW}'
    assert response.headers["ratelimit"] == f'"failed-logins";r=0;t={seconds}'


async def test_stranger_locks_out_no_owner(people: People) -> None:
    """However many wrong passwords a stranger sends, the owner gets in from another address, a new one too."""
    owner, stranger = await people.member(), people.stranger()
    stranger.email = owner.email
    await fail(stranger, 2 * PAIR_LIMIT)
    assert (await stranger.login()).status_code == 429
    assert (await owner.login()).status_code == 200
    owner.address = people.stranger().address
    assert (await owner.login()).status_code == 200
    wrong = {"password": "new password", "currentPassword": "guess"}
    assert (await owner.change(**wrong)).status_code == 403
    assert (await stranger.login()).status_code == 429  # the owner's login has not forgiven the stranger


async def test_guesses_from_everywhere_are_limited(
    people: People, settings: Settings, elsewhere: Throttle
) -> None:
    """From many addresses, at two replicas: the account is closed to all but addresses where somebody got in."""
    owner = await people.member()
    async with running(create(settings)) as other:
        for _ in range(EMAIL_LIMIT - 4):
            await elsewhere.failed(email=owner.email, address=people.stranger().address)
        for client in (owner.client, other):
            guesser = People(client).stranger()
            guesser.email = owner.email
            assert await fail(guesser, 2) == [401] * 2
        for client in (owner.client, other):
            late = People(client).stranger()
            late.email = owner.email
            assert (await late.login()).status_code == 429
    assert (await owner.login()).status_code == 200


async def test_guesses_at_once_gain_nothing(people: People) -> None:
    """A burst gets no more guesses than one after another, but for the one that was at work beside the last."""
    person = await people.member()
    responses = await asyncio.gather(*(person.login("wrong password") for _ in range(30)))
    refused = [r.status_code for r in responses].count(429)
    assert refused >= 30 - PAIR_LIMIT - 1


async def test_success_forgets_the_failures_of_the_email(people: People) -> None:
    """Who mistypes now and then is never locked out."""
    person = await people.member()
    for _ in range(3):
        await fail(person, PAIR_LIMIT - 1)
        assert (await person.login()).status_code == 200


async def test_failures_of_an_address_are_limited(people: People, elsewhere: Throttle) -> None:
    """One password tried on many emails: the address is turned away, others are not."""
    guesser = people.stranger()
    for _ in range(ADDRESS_LIMIT - 2):
        await elsewhere.failed(email=people.stranger().email, address=guesser.address)
    victim = people.stranger()
    victim.address = guesser.address
    assert await fail(victim, 2) == [401] * 2
    assert (await guesser.login()).status_code == 429
    guesser.address = f"10.0.0.1, {people.stranger().address}"
    assert (await guesser.login()).status_code == 401


async def test_only_the_last_hop_of_the_address_counts(people: People, elsewhere: Throttle) -> None:
    """What a client claims before the gateway's own entry does not hide it."""
    guesser = people.stranger()
    for _ in range(ADDRESS_LIMIT - 3):
        await elsewhere.failed(email=people.stranger().email, address=guesser.address)
    for n in range(3):
        victim = people.stranger()
        victim.address = f"198.51.100.{n}, {guesser.address}"
        await fail(victim, 1)
    assert (await guesser.login()).status_code == 429


async def test_wrong_current_passwords_are_throttled(people: People) -> None:
    """A stolen access token is no way to guess the password."""
    person = await people.member()
    wrong = {"password": "new password", "currentPassword": "guess"}
    assert [(await person.change(**wrong)).status_code for _ in range(PAIR_LIMIT)] == [403] * PAIR_LIMIT
    assert (await person.change(**wrong)).status_code == 429


async def test_window_ends(people: People, redis_url: str) -> None:
    """When the counts have gone, the login works again."""
    person = await people.member()
    await fail(person, PAIR_LIMIT)
    async with Redis.from_url(redis_url) as redis:
        await redis.delete(*[key async for key in redis.scan_iter("login-*")])
    assert (await person.login()).status_code == 200


async def test_window_begins_with_the_first_failure(people: People, redis_url: str, elsewhere: Throttle) -> None:
    """A later one does not prolong it: else people who share an address would be locked out by each other's."""
    guesser = people.stranger()
    keys = _keys(guesser.email, guesser.address)[:-1]
    async with Redis.from_url(redis_url) as redis:
        await elsewhere.failed(email=guesser.email, address=guesser.address)
        for key in keys:
            assert WINDOW - 100 < await redis.ttl(key) <= WINDOW
            await redis.expire(key, 100)
        await elsewhere.failed(email=guesser.email, address=guesser.address)
        assert [0 < await redis.ttl(key) <= 100 for key in keys] == [True] * 3


async def test_outcomes_are_counted(people: People, client: httpx.AsyncClient) -> None:
    """`shop_logins_total` tells success, failure and throttled apart."""

    async def counts() -> dict[str, float]:
        lines = [line for line in (await client.get("/metrics")).text.splitlines() if "shop_logins_total{" in line]
        return {line.split('"')[1]: float(line.split()[-1]) for line in lines}

    before = await counts()
    person = await people.member()
    await fail(person, PAIR_LIMIT + 2)
    after = await counts()
    assert {k: after[k] - before[k] for k in after} == {"success": 1, "failure": PAIR_LIMIT, "throttled": 2}


async def test_the_time_to_wait_is_rounded_up(redis_url: str, elsewhere: Throttle) -> None:
    """Whoever comes when they were told to is not refused again, and counted once more."""
    whose = {"email": "rounded@example.com", "address": "203.0.113.77"}
    for _ in range(PAIR_LIMIT):
        await elsewhere.failed(**whose)
    key = _keys(**whose)[0]
    async with connect_redis(redis_url) as redis:
        await redis.pexpire(key, 100_400)
        wait, left = await elsewhere.wait(**whose), await redis.pttl(key)
    assert wait
    assert 1000 * wait.seconds >= left


def test_the_time_to_wait_in_this_process_is_rounded_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Redis tells it."""
    now = 1000.0
    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: now))
    counts = _LocalCounts()
    for _ in range(PAIR_LIMIT):
        counts.add("pair")
    now += WINDOW - 1.4
    wait = counts.wait(["pair", "address", "email", "known"])
    assert wait
    assert wait.seconds == 2


def test_local_counts_are_bounded() -> None:
    """An attacker with many emails cannot fill the memory; the newest counts stay."""
    counts = _LocalCounts(limit=3)
    for key in "abcd":
        counts.add(key)
    assert [counts._running(key) is not None for key in "abcd"] == [False, True, True, True]
