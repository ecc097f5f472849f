"""Tokens: only what the user service signed, for us, and in time; whatever the client sends is an answer."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from jwt.algorithms import OKPAlgorithm

from services.shared import auth
from services.shared.auth import Admin, CurrentUser, TokenVerifier
from services.shared.errors import Unauthorized, Unavailable, add_error_handlers
from services.shared.parts import provide

KEYS = {"one": Ed25519PrivateKey.generate(), "two": Ed25519PrivateKey.generate()}


class UserService:
    """Answers with the public keys it has now; `down`: with nothing."""

    def __init__(self, *kids: str) -> None:
        self.kids = list(kids)
        self.asked = 0
        self.down = False

    async def jwks(self) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable("away")
        return {"keys": [{**OKPAlgorithm.to_jwk(KEYS[kid].public_key(), as_dict=True), "kid": kid, "alg": "EdDSA"}
                         for kid in self.kids]}  # fmt: skip


def token(kid: str = "one", **changes: Any) -> str:
    """A token as the user service makes it, with `changes` to its claims (None: left out)."""
    now = int(time.time())
    claims = {"sub": "u-1", "role": "customer", "iss": "user-service", "aud": "shop", "iat": now, "exp": now + 900}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(claims, KEYS[kid], "EdDSA", headers={"kid": kid})


def _raw(header: Any, claims: Any = None, signature: bytes = b"") -> str:
    def part(value: Any) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    return ".".join((part(header), part(claims or {"sub": "u-1"}), part(signature)))


def _signed_with_public_key() -> str:
    """The classic confusion: HMAC with the public key as its secret."""
    public = KEYS["one"].public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = jwt.decode(token(), options={"verify_signature": False})
    return jwt.encode(claims, public, "HS256", headers={"kid": "one"})


async def test_good_token() -> None:
    """Its claims become the user."""
    users = UserService("one")
    verifier = TokenVerifier(users.jwks)
    user = await verifier.verify(token(role="admin"))
    assert (user.id, user.role, user.is_admin) == ("u-1", "admin", True)
    await verifier.verify(token())
    assert users.asked == 1


async def test_token_of_a_clock_that_is_ahead() -> None:
    """It is good at once: else whoever logs in is nobody for as long as the clocks differ."""
    ahead = int(time.time()) + 60
    user = await TokenVerifier(UserService("one").jwks).verify(token(iat=ahead, exp=ahead + 900))
    assert user.id == "u-1"


async def test_signature_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each request; but whoever changes what is signed has another token."""
    decode, decoded = jwt.decode, 0

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal decoded
        decoded += 1
        return decode(*args, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    verifier, good = TokenVerifier(UserService("one").jwks), token()
    assert await verifier.verify(good) is await verifier.verify(good)
    assert decoded == 1
    header, _, signature = good.split(".")
    forged = token(sub="u-2").split(".")[1]
    with pytest.raises(Unauthorized):
        await verifier.verify(f"{header}.{forged}.{signature}")


async def test_verified_token_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it expires, however often it was good before; and its place is free again."""
    verifier, good = TokenVerifier(UserService("one").jwks), token()
    await verifier.verify(good)
    later = time.time() + 906
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthorized) as caught:
        await verifier.verify(good)
    assert caught.value.kind.name == "token-expired"
    assert verifier._known == {}


async def test_verified_token_ends_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is withdrawn takes with it what was verified by it."""
    monkeypatch.setattr(auth, "_REFETCH", 0.0)
    users = UserService("one")
    verifier, good = TokenVerifier(users.jwks), token("one")
    await verifier.verify(good)
    users.kids = ["two"]
    await verifier.verify(token("two"))
    with pytest.raises(Unauthorized):
        await verifier.verify(good)


async def test_only_some_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, the newest; and none that was refused."""
    monkeypatch.setattr(auth, "_MOST_KNOWN", 3)
    verifier = TokenVerifier(UserService("one").jwks)
    tokens = [token(sub=f"u-{n}") for n in range(5)]
    for one in tokens:
        await verifier.verify(one)
    with pytest.raises(Unauthorized):
        await verifier.verify(token(exp=int(time.time()) - 60))
    assert list(verifier._known) == tokens[2:]


# Each is made when it is tried: it has a time in it, and an hour may pass before that.
BAD: dict[str, Callable[[], str]] = {
    "expired": lambda: token(exp=int(time.time()) - 60),
    "other audience": lambda: token(aud="bank"),
    "no audience": lambda: token(aud=None),
    "other issuer": lambda: token(iss="somebody"),
    "no end": lambda: token(exp=None),
    "no subject": lambda: token(sub=None),
    "no role": lambda: token(role=None),
    "other key": lambda: jwt.encode({"sub": "u-1"}, KEYS["two"], "EdDSA", headers={"kid": "one"}),
    "changed": lambda: token()[:-6] + "AAAAAA",
    "alg none": lambda: _raw({"alg": "none", "kid": "one"}),
    "alg HS256": lambda: _signed_with_public_key(),
    "no kid": lambda: jwt.encode({"sub": "u-1"}, KEYS["one"], "EdDSA"),
    "odd kid": lambda: _raw({"alg": "EdDSA", "kid": ["one"]}),
    "deep header": lambda: _raw(b'{"a":' + b"[" * 4000 + b"]" * 4000 + b"}"),
    "no JSON": lambda: _raw(b"\xff\xfe"),
    "words": lambda: "not a token",
    "empty": lambda: "",
    "umlauts": lambda: "ä.ö.ü",
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_token(name: str) -> None:
    """Is refused as unauthorized, never by an error of ours."""
    with pytest.raises(Unauthorized):
        await TokenVerifier(UserService("one").jwks).verify(BAD[name]())


async def test_new_key_is_fetched_and_unknown_ones_are_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotated key is found at once; after that, made-up key ids cause no more calls for a while."""
    users = UserService("one")
    verifier = TokenVerifier(users.jwks)
    await verifier.verify(token("one"))
    users.kids = ["two"]
    monkeypatch.setattr(auth, "_REFETCH", 0.0)
    await verifier.verify(token("two"))
    monkeypatch.setattr(auth, "_REFETCH", 60.0)
    assert users.asked == 2
    for _ in range(20):
        with pytest.raises(Unauthorized):
            await verifier.verify(_raw({"alg": "EdDSA", "kid": "made-up"}))
    assert users.asked == 2
    with pytest.raises(Unauthorized):  # withdrawn keys count no more
        await verifier.verify(token("one"))


async def test_burst_at_start_waits_for_one_fetch() -> None:
    """All first requests are answered by one call for keys."""
    users = UserService("one")
    verifier = TokenVerifier(users.jwks)
    found = await asyncio.gather(*(verifier.verify(token()) for _ in range(30)))
    assert {user.id for user in found} == {"u-1"}
    assert users.asked == 1


async def test_last_keys_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known keys stay good while the user service is away."""
    monkeypatch.setattr(auth, "_REFETCH", 0.0)
    users = UserService("one")
    verifier = TokenVerifier(users.jwks)
    await verifier.verify(token())
    users.down = True
    with pytest.raises(Unauthorized):
        await verifier.verify(token("two"))
    await verifier.verify(token())


@pytest.mark.parametrize("answer", [None, {"keys": []}, {"keys": [{"kty": "new"}]}, {"oops": 1}])
async def test_no_keys_yet(answer: dict[str, Any] | None) -> None:
    """Without any key nobody is called unauthorized: it is ours to be unavailable, and each try asks again."""
    users = UserService("one")

    async def odd() -> dict[str, Any]:
        if answer is None:
            raise httpx.ReadTimeout("slow")
        return answer

    verifier = TokenVerifier(odd)
    with pytest.raises(Unavailable) as caught:
        await verifier.verify(token())
    assert caught.value.headers["Retry-After"]
    verifier._fetch = users.jwks
    await verifier.verify(token())


@pytest.mark.parametrize(
    ("header", "path", "status"),  # a token is made when its test begins: it lives for minutes only
    [
        (None, "/me", 401),
        (lambda: "Basic dTpw", "/me", 401),
        (lambda: "Bearer", "/me", 401),
        pytest.param(lambda: f"Bearer {token(exp=1)}", "/me", 401, id="expired"),
        pytest.param(lambda: "Bearer x.y.z", "/me", 401, id="no token at all"),
        pytest.param(lambda: f"Bearer {token()}", "/me", 200, id="customer"),
        pytest.param(lambda: f"bearer {token()}", "/me", 200, id="lower case"),
        pytest.param(lambda: f"Bearer {token()}", "/admin", 403, id="customer as admin"),
        pytest.param(lambda: f"Bearer {token(role='admin')}", "/admin", 200, id="admin"),
    ],
)
async def test_guarded_routes(header: Callable[[], str] | None, path: str, status: int) -> None:
    """Without a good token 401 with a challenge; with one that does not suffice 403."""
    app = FastAPI()
    provide(app, TokenVerifier(UserService("one").jwks))
    add_error_handlers(app, ())

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.id

    @app.get("/admin")
    async def admin(user: Admin) -> str:
        return user.id

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        answer = await client.get(path, headers={"Authorization": header()} if header else {})
    assert answer.status_code == status
    was_sent = header is not None and "." in header()  # RFC 6750, 3: else nothing is said of an error
    challenge = 'Bearer error="invalid_token"' if was_sent else "Bearer"
    assert answer.headers.get_list("www-authenticate") == ([challenge] if status == 401 else [])


SPELLINGS = {
    "a no-break space after it": lambda t: [f"Bearer {t}\u00a0"],
    "many no-break spaces after it": lambda t: [f"Bearer {t}" + "\u00a0" * 30],
    "a no-break space before it": lambda t: [f"Bearer \u00a0{t}"],
    "a next line after it": lambda t: [f"Bearer {t}\u0085"],
    "a unit separator after it": lambda t: [f"Bearer {t}\x1f"],
    "padding": lambda t: [f"Bearer {t}=="],
    "a character of no alphabet in it": lambda t: [f"Bearer {t[:-4]}!{t[-4:]}"],
    "bits that mean nothing": lambda t: [f"Bearer {t[:-1]}{chr(ord(t[-1]) + 1)}"],
    "twice": lambda t: [f"Bearer {t}", f"Bearer {t}"],
    "another one after it": lambda t: [f"Bearer {t}, Bearer {t}"],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_token_has_one_spelling(spelling: str) -> None:
    """What limits count by is the token as it is written: no other way to write it is a good token."""
    app = FastAPI()
    provide(app, TokenVerifier(UserService("one").jwks))
    add_error_handlers(app, ())

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.id

    sent = [(b"Authorization", value.encode("latin-1")) for value in SPELLINGS[spelling](token())]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        assert (await client.get("/me", headers=sent)).status_code == 401
