"""Registration and the profile."""

import asyncio
import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from services.user.throttle import PAIR_LIMIT
from tests.services.user.people import PASSWORD, People

JSON = {"Content-Type": "application/json"}


async def test_register_answers_the_account(people: People) -> None:
    """A new account is a customer's; the answer has exactly the agreed members, and no password."""
    person = people.stranger()
    response = await person.register(name="  Ada ")
    account = response.json()
    assert response.status_code == 201
    assert account.keys() == {"id", "email", "name", "role", "createdAt"}
    assert (account["email"], account["name"], account["role"]) == (person.email, "Ada", "customer")
    assert datetime.fromisoformat(account["createdAt"]).tzinfo is not None


async def test_name_is_optional(people: People) -> None:
    """Email and password are enough."""
    response = await people.stranger().register()
    assert (response.status_code, response.json()["name"]) == (201, "")


async def test_duplicate_is_a_conflict_whatever_its_case(people: People) -> None:
    """The same email in other letters is the same email."""
    person = await people.member()
    person.email = person.email.upper()
    response = await person.register()
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"


async def test_concurrent_duplicates_make_one_account(people: People) -> None:
    """Of many registrations of one email at once, one succeeds and the rest are conflicts."""
    person = people.stranger()
    responses = await asyncio.gather(*(person.register() for _ in range(8)))
    assert sorted(r.status_code for r in responses) == [201] + [409] * 7


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a\x00b@example.com", "password": PASSWORD},
        {"email": "Ada <ada@example.com>", "password": PASSWORD},
        {"email": "a@example.com", "password": "nul\x00nul"},
        {"email": "a@example.com", "password": PASSWORD, "name": "a\x00b"},
        {"email": "a@example.com", "password": PASSWORD, "name": "n" * 101},
        {"email": "a@example.com", "password": "short"},
        {"email": "a@example.com", "password": "p" * 129},
        {"email": "a@example.com", "password": 123456},
        {"email": "no address", "password": PASSWORD},
        {"email": "a" * 300 + "@example.com", "password": PASSWORD},
        {"email": "a@example.com", "password": PASSWORD, "role": "admin"},
        {"email": "a@example.com", "password": "\ud800" * 6},
        {"email": "a@example.com", "password": PASSWORD, "name": "\udfff"},
        {"email": "a@example.com", "password": PASSWORD, "\ud800": 1},
        {"email": ["a@example.com"], "password": {"$ne": None}},
        {},
        [],
        None,
    ],
)
async def test_what_is_not_valid_is_refused(client: httpx.AsyncClient, body: Any) -> None:
    """Wrong types and lengths, NUL, half characters, unknown members: 422, without the input."""
    # As ASCII: half characters travel only escaped.
    response = await client.post("/api/users/register", content=json.dumps(body), headers=JSON)
    assert response.status_code == 422
    assert response.json()["errors"]
    assert PASSWORD not in response.text


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 60_000, b'{"email":' + b"9" * 5000 + b"}"])
async def test_what_is_not_json_is_refused(client: httpx.AsyncClient, raw: bytes) -> None:
    """A body that cannot be read is the client's fault, never ours."""
    response = await client.post("/api/users/register", content=raw, headers=JSON)
    assert response.status_code in (400, 422)


@pytest.mark.parametrize("password", ["p" * 6, "p" * 128, "🐎" * 128, "  pad  "])
async def test_passwords_of_every_allowed_kind_work(people: People, password: str) -> None:
    """6 to 128 characters of any alphabet; white space counts."""
    person = people.stranger()
    assert (await person.register(password=password)).status_code == 201
    assert (await person.login(password)).status_code == 200
    assert (await person.login(password.strip() + "x")).status_code in (401, 422)


async def test_profile_is_the_own(people: People) -> None:
    """The bearer sees the account that registered."""
    person = await people.member()
    response = await person.profile()
    assert response.status_code == 200
    assert (response.json()["email"], response.json()["name"]) == (person.email, "Ada")


async def test_name_can_be_changed(people: People) -> None:
    """What is absent stays; an empty change changes nothing."""
    person = await people.member()
    assert (await person.change(name="Grace")).json()["name"] == "Grace"
    assert (await person.change()).json() == (await person.profile()).json()
    assert (await person.profile()).json()["name"] == "Grace"


async def test_password_change_replaces_it_and_ends_all_sessions(people: People) -> None:
    """Afterwards the old password and the old refresh tokens are good for nothing."""
    person = await people.member()
    response = await person.change(password="new password", currentPassword=PASSWORD)
    assert response.status_code == 200
    assert (await person.refresh(person.refresh_token)).status_code == 401
    assert (await person.login(PASSWORD)).status_code == 401
    assert (await person.login("new password")).status_code == 200
    assert (await person.refresh(person.refresh_token)).status_code == 200


async def test_the_same_password_change_twice(people: People) -> None:
    """The gateway repeats a PUT whose connection broke: the second finds its change made, and changes nothing."""
    person = await people.member()
    change = {"password": "new password", "currentPassword": PASSWORD, "name": "Grace"}
    first = await person.change(**change)
    assert (await person.login("new password")).status_code == 200
    fresh, person.token = person.token, first.request.headers["authorization"].removeprefix("Bearer ")
    again = await person.change(**change)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    others = [
        {**change, "name": "Eve"},
        {**change, "password": "another one", "currentPassword": "new password"},
        {"name": "Grace"},
    ]
    for other in others:
        assert (await person.change(**other)).status_code == 401
    person.token = fresh
    assert (await person.profile()).json() == first.json()


async def test_the_same_password_change_at_once(people: People) -> None:
    """The first one may still be at work when the gateway repeats it elsewhere: each is told that it is done."""
    person = await people.member()
    change = {"password": "new password", "currentPassword": PASSWORD}
    answers = await asyncio.gather(*(person.change(**change) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3


async def test_an_ended_session_guesses_no_password(people: People) -> None:
    """What is sent as a new password by one whose session was ended counts as a failed login."""
    person = await people.member()
    change = {"password": "new password", "currentPassword": PASSWORD}
    assert (await person.change(**change)).status_code == 200
    for number in range(PAIR_LIMIT):
        assert (await person.change(**{**change, "password": f"guess {number}"})).status_code == 401
    assert (await person.change(**change)).status_code == 401
    assert (await person.login("new password")).status_code == 429


async def test_of_password_changes_at_once_one_succeeds(people: People) -> None:
    """The others are refused, and the password is the one that the first has set."""
    person = await people.member()
    passwords = [f"new password {n}" for n in range(4)]
    answers = await asyncio.gather(
        *(person.change(password=password, currentPassword=PASSWORD) for password in passwords)
    )
    refused = [answer.status_code for answer in answers if answer.status_code != 200]
    assert len(refused) == 3
    assert set(refused) <= {401, 403}  # 401 for one that began when the first had ended
    for password, answer in zip(passwords, answers, strict=True):
        assert (await person.login(password)).status_code == (200 if answer.status_code == 200 else 401)


async def test_password_change_needs_the_current_one(people: People) -> None:
    """A stolen access token alone cannot take an account over: nothing is changed, not even the name."""
    person = await people.member()
    wrong = await person.change(password="new password", currentPassword="guess", name="Eve")
    assert wrong.status_code == 403
    assert (await person.change(password="new password")).status_code == 422
    assert (await person.profile()).json()["name"] == "Ada"
    assert (await person.login(PASSWORD)).status_code == 200


async def test_email_and_role_cannot_be_changed(people: People) -> None:
    """They are no members of a change."""
    person = await people.member()
    assert (await person.change(role="admin")).status_code == 422
    assert (await person.change(email="b@example.com")).status_code == 422
