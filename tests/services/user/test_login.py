"""Login and access tokens."""

import json
import time
import uuid
from typing import Any

import httpx
import jwt
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from deploy.installation.secrets import Secrets
from services.shared.auth import AUDIENCE, ISSUER
from services.shared.database import Database
from services.user import commands
from services.user.models import User
from services.user.passwords import PARAMETERS
from services.user.tokens import TokenIssuer, _thumbprint
from tests.services.user.people import PASSWORD, People

JSON = {"Content-Type": "application/json"}


async def test_login_answers_tokens(people: People) -> None:
    """The agreed members; nothing may cache them."""
    person = await people.member()
    response = await person.login()
    tokens = response.json()
    assert tokens.keys() == {"token", "tokenType", "expiresIn", "refreshToken"}
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 900)
    assert response.headers["cache-control"] == "no-store"


async def test_token_is_verifiable_by_the_published_key(people: People, client: httpx.AsyncClient) -> None:
    """What other services do: pick the key by `kid` from the key set, check issuer, audience and times."""
    person = await people.member()
    key_set = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    key = key_set[jwt.get_unverified_header(person.token)["kid"]]
    claims = jwt.decode(person.token, key, algorithms=["EdDSA"], issuer=ISSUER, audience=AUDIENCE)
    assert claims["sub"] == (await person.profile()).json()["id"]
    assert (claims["role"], claims["exp"] - claims["iat"]) == ("customer", 900)
    assert uuid.UUID(claims["jti"]).version == 7


async def test_key_set_holds_no_private_part(client: httpx.AsyncClient) -> None:
    """Only the public coordinate, under the RFC 7638 thumbprint."""
    (key,) = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    # RFC 8037, appendix A.3
    known = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert _thumbprint(known) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


async def test_login_ignores_the_case_of_the_email(people: People) -> None:
    """An email is an email in any letters."""
    person = await people.member()
    person.email = person.email.upper()
    assert (await person.login()).status_code == 200


async def test_unknown_user_and_wrong_password_look_the_same(people: People) -> None:
    """Nobody learns who has an account: status, body and headers are alike but for the ids of the request."""
    member, stranger = await people.member(), people.stranger()
    wrong, unknown = await member.login("wrong password"), await stranger.login("wrong password")
    ids = {"requestId": "", "traceId": ""}
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), **ids} == {**unknown.json(), **ids}
    assert wrong.headers.keys() == unknown.headers.keys()


@pytest.mark.alone
async def test_unknown_user_and_wrong_password_take_the_same_time(people: People) -> None:
    """Both pay for a hash, which is what takes the (processor) time."""
    member, stranger = await people.member(), people.stranger()

    async def fastest(person: Any) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            assert (await person.login("wrong password")).status_code == 401
            times.append(time.process_time() - started)
        return min(times)

    wrong, unknown = await fastest(member), await fastest(stranger)
    assert 0.5 < wrong / unknown < 2


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a\x00b@example.com", "password": PASSWORD},
        {"email": "a@example.com", "password": "\x00"},
        {"email": "a@example.com", "password": "\ud800"},
        {"email": "a@example.com", "password": "p" * 129},
        {"email": "a@example.com", "password": ""},
        {"email": "a@example.com"},
    ],
)
async def test_what_is_not_valid_is_refused(client: httpx.AsyncClient, body: Any) -> None:
    """Never a server error."""
    response = await client.post("/api/users/login", content=json.dumps(body), headers=JSON)
    assert response.status_code == 422


async def test_a_password_is_known_by_its_letters(people: People, database_url: str) -> None:
    """One keyboard sends a letter with its mark as one character, another as two (RFC 8265, 4.2)."""
    one, two = "m\u1eadt kh\u1ea9u", "ma\u0323\u0302t kha\u0302\u0309u"
    for registered, other in ((one, two), (two, one)):
        person = people.stranger()
        assert (await person.register(password=registered)).status_code == 201
        answers = [await person.login(given) for given in (registered, other, "mat khau")]
        assert [answer.status_code for answer in answers] == [200, 200, 401]
    as_sent = PARAMETERS.hash(two)  # as hashes were made before
    database = Database(database_url)
    async with database.session() as session:
        await session.execute(update(User).where(User.email == person.email).values(password_hash=as_sent))
    await database.close()
    assert (await person.login(two)).status_code == 200


async def test_old_hash_is_renewed(people: People, database_url: str) -> None:
    """A hash with other parameters than today's is replaced at the next login, which the user does not notice."""
    person = await people.member()
    database = Database(database_url)
    weak = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    async with database.session() as session:
        await session.execute(update(User).where(User.email == person.email).values(password_hash=weak))
    assert (await person.login()).status_code == 200
    async with database.session() as session:
        stored = await session.scalar(select(User.password_hash).where(User.email == person.email))
    await database.close()
    assert stored is not None
    assert not PARAMETERS.check_needs_rehash(stored)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await person.login()).status_code == 200


async def test_renewing_a_hash_undoes_no_new_password(people: People, database_url: str) -> None:
    """The password is changed while somebody logs in with the old one."""
    person = await people.member()
    database = Database(database_url)
    async with database.session() as session:
        before = (await session.scalars(select(User).where(User.email == person.email))).one()
    assert (await person.change(password="new password", currentPassword=PASSWORD)).status_code == 200
    await commands._replace_hash(database, before, PARAMETERS.hash(PASSWORD))
    await database.close()
    assert (await person.login("new password")).status_code == 200
    assert (await person.login(PASSWORD)).status_code == 401


async def test_tokens_that_are_not_good_are_refused(people: People, keys: Secrets) -> None:
    """Expired, for another audience, signed otherwise or not at all, changed, nonsense: 401 (RFC 6750)."""
    person = await people.member()
    head, body, signature = person.token.split(".")
    claims = jwt.decode(person.token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(person.token)["kid"]
    issuer = TokenIssuer.from_file(keys.token_key_file)
    public = issuer.jwks()["keys"][0]["x"]
    expired = TokenIssuer(issuer._key, lifetime=-60).issue(user_id=claims["sub"], role="admin", epoch=0)
    other_audience = jwt.encode({**claims, "aud": "x"}, issuer._key, algorithm="EdDSA", headers={"kid": kid})
    confused = jwt.encode({**claims, "role": "admin"}, public.ljust(43), algorithm="HS256", headers={"kid": kid})
    unsigned = jwt.encode({**claims, "role": "admin"}, "", algorithm="none", headers={"kid": kid})
    flipped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    for token in (
        expired,
        other_audience,
        confused,
        unsigned,
        f"{head}.{body}.{flipped}",
        f"{head}.{body}x.{signature}",
        f"{head}.{body}.",
        "a.b.c",
        "x",
        "é",
    ):
        response = await person.client.get(
            "/api/users/profile", headers={b"Authorization": f"Bearer {token}".encode()}
        )
        assert response.status_code == 401, token
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    person.token = ""
    assert (await person.profile()).status_code == 401
