"""The authorization matrix: every route of every service, asked by everyone, with every kind of false token."""

import base64
import hashlib
import hmac
import json
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import jwt
import pytest
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from deploy.installation.secrets import Secrets
from observability.logging import setup_logging
from services.order import events
from services.shared.database import Database
from services.shared.events.envelope import Event
from services.shared.events.inbox import once
from services.shared.parts import part_of
from services.user.tokens import TokenIssuer
from tests.services.estate import KEY, Stores, make_apps, make_stores, started

TABLE: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("access.toml").read_text())
SERVICES = [name for name in TABLE if name != "every"]
Clients = dict[str, httpx.AsyncClient]


@pytest.fixture(scope="module")
def stores(
    postgres_url: Callable[[str], str],
    mongo_url: Callable[[str], str],
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stores:
    """Of this module's own."""
    setup_logging("access")
    return make_stores("access", postgres_url, mongo_url, redis_url, tmp_path_factory.mktemp("access"))


@pytest.fixture
def apps(stores: Stores, keys: Secrets) -> dict[str, FastAPI]:
    """The services, not yet started."""
    return make_apps(stores, keys)


def _rules(service: str) -> dict[str, Any]:
    return TABLE[service] | TABLE["every"]


async def test_every_route_has_a_rule(apps: dict[str, FastAPI], stores: Stores) -> None:
    """Documented or not: who may use it is decided, and no rule outlives its route."""
    async with started(apps, stores):
        for service, app in apps.items():
            found = {
                f"{method} {context.path}"
                for context in iter_route_contexts(app.routes)
                for method in context.methods or {"every method"}
                if method != "HEAD"
            }
            assert found == set(_rules(service)), service


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _forged(keys: Secrets, good: str, refresh: str) -> Iterator[tuple[str, str]]:
    """(what is wrong, an Authorization header) for each way in which a token is not ours, or not any more."""
    key = load_pem_private_key(keys.token_key_file.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    kid = jwt.get_unverified_header(good)["kid"]
    claims = jwt.decode(good, options={"verify_signature": False})
    header, payload, signature = good.split(".")
    admin = {**claims, "role": "admin"}
    now = int(time.time())

    def signed(changes: dict[str, Any], by: Any = key, algorithm: str = "EdDSA", **more: Any) -> str:
        kept = {k: v for k, v in {**claims, **changes}.items() if v is not None}
        return jwt.encode(kept, by, algorithm, headers={"kid": kid, **more})

    public = key.public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    tokens = {
        "expired": signed({"iat": now - 1000, "exp": now - 10}),
        "never expires": signed({"exp": None}),
        "not valid yet": signed({"nbf": now + 600}),
        "of another issuer": signed({"iss": "somebody-else"}),
        "of no issuer": signed({"iss": None}),
        "for another audience": signed({"aud": "another-shop"}),
        "for no audience": signed({"aud": None}),
        "of nobody": signed({"sub": None}),
        "without a role": signed({"role": None}),
        "by another key": signed({}, Ed25519PrivateKey.generate()),
        "by a key nobody knows": signed({}, Ed25519PrivateKey.generate(), kid="unknown"),
        "with a key of its own": signed({}, Ed25519PrivateKey.generate(), jku="http://evil.example/jwks.json"),
        "alg none": f"{_part({'alg': 'none', 'kid': kid})}.{_part(admin)}.",
        "alg None": f"{_part({'alg': 'None', 'typ': 'JWT', 'kid': kid})}.{_part(admin)}.",
        "another role": f"{header}.{_part(admin)}.{signature}",
        "another signature": f"{header}.{payload}.{'A' * len(signature)}",
        "no signature": f"{header}.{payload}.",
        "two parts": f"{header}.{payload}",
        "a refresh token": refresh,
        "empty": "",
    }
    for name, secret in (("raw", raw), ("base64url", base64.urlsafe_b64encode(raw).rstrip(b"=")), ("PEM", pem)):
        tokens[f"public key as HMAC, {name}"] = _hmac(secret, kid, admin)
    yield from ((what, f"Bearer {token}") for what, token in tokens.items())
    yield "another scheme", f"Basic {good}"
    yield "no scheme", good


def _hmac(secret: bytes, kid: str, claims: dict[str, Any]) -> str:
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{_part(claims)}"
    digest = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


class Cast:
    """Who asks, and for what."""

    def __init__(self, keys: Secrets, refresh: str, owner_id: str) -> None:
        issuer = TokenIssuer.from_file(keys.token_key_file)
        self.refresh = refresh
        self.names = {"user_id": owner_id, "payment_id": str(uuid.uuid4())}
        self.tokens = {"owner": issuer.issue(user_id=owner_id, role="customer", epoch=0)}
        self.issuer = issuer

    def header(self, who: str) -> dict[str, str]:
        """What they send; a stranger sends nothing."""
        return {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}

    def fill(self, value: Any) -> Any:
        """`value` with names of real things."""
        text = json.dumps(value)
        for name, real in self.names.items():
            text = text.replace(f"{{{name}}}", real)
        return json.loads(text)


async def _prepare(clients: Clients, apps: dict[str, FastAPI], keys: Secrets) -> Cast:
    """Three accounts, a product, and an order of one of them that may be paid."""
    accounts = {}
    for who in ("owner", "other", "admin"):
        sent = {"email": f"{uuid.uuid4().hex}@example.com", "password": "correct horse"}
        assert (await clients["user"].post("/api/users/register", json=sent)).status_code == 201
        tokens = (await clients["user"].post("/api/users/login", json=sent)).json()
        accounts[who] = tokens, jwt.decode(tokens["token"], options={"verify_signature": False})["sub"]
    cast = Cast(keys, accounts["owner"][0]["refreshToken"], accounts["owner"][1])
    for who, role in (("other", "customer"), ("admin", "admin")):
        cast.tokens[who] = cast.issuer.issue(user_id=accounts[who][1], role=role, epoch=0)
    lamp = {"name": "Lamp", "category": "Home", "priceCents": 1999, "stock": 9}
    added = await clients["product"].post("/api/products", json=lamp, headers=cast.header("admin"))
    cast.names["product_id"] = added.json()["id"]
    for name in ("order_id", "paid_id"):
        cast.names[name] = await _order(clients["order"], cast)
        await _happens(apps["order"], "stock.reserved", orderId=cast.names[name])
    paid = {"paymentId": str(uuid.uuid4()), "amountCents": 1999, "currency": "EUR"}
    await _happens(apps["order"], "payment.succeeded", orderId=cast.names["paid_id"], **paid)
    return cast


async def _order(client: httpx.AsyncClient, cast: Cast) -> str:
    wanted = {"productId": cast.names["product_id"]}
    placed = await client.post("/api/orders", json=wanted, headers=cast.header("owner"))
    assert placed.status_code == 201, placed.text
    return str(placed.json()["id"])


async def _happens(app: FastAPI, kind: str, **data: Any) -> None:
    queue, effects = ("order.stock", events.STOCK) if kind in events.STOCK else ("order.payments", events.PAYMENTS)
    await once(part_of(app, Database), queue, effects)(Event(type=kind, data=data, id=str(uuid.uuid4())))


def _documented(app: FastAPI) -> dict[str, Any]:
    """The operations of an app's document, by route."""
    results: Any = schemathesis.openapi.from_dict(app.openapi()).get_all_operations()
    found = [result.ok() for result in results]
    return {f"{operation.method.upper()} {operation.path}": operation for operation in found}


async def _ask(
    client: httpx.AsyncClient,
    cast: Cast,
    route: str,
    headers: dict[str, str],
    documented: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    method, path = route.split(" ")
    rule = next(table[route] for table in TABLE.values() if route in table)
    body = {"json": cast.fill(rule["body"])} if "body" in rule else {}
    path = path.replace("{order_id}", f"{{{rule.get('order', 'order_id')}}}")
    answer = await client.request(method, cast.fill(path) + rule.get("query", ""), headers=headers, **body)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"]
    if route in documented:
        documented[route].validate_response(answer)
    return answer.status_code


async def test_everyone_gets_what_the_table_says(apps: dict[str, FastAPI], stores: Stores, keys: Secrets) -> None:
    """And in the form that the service's document tells. First those who may nothing: what the others ask for is
    still there then."""
    async with started(apps, stores) as clients:
        cast = await _prepare(clients, apps, keys)
        wrong = []
        for service in SERVICES:
            documented = _documented(apps[service])
            for who in ("anonymous", "other", "owner", "admin"):
                for route, rule in _rules(service).items():
                    got = await _ask(clients[service], cast, route, cast.header(who), documented)
                    if got != rule[who]:
                        wrong.append((service, route, who, got, rule[who]))
        assert wrong == []


async def test_a_false_token_is_no_token(apps: dict[str, FastAPI], stores: Stores, keys: Secrets) -> None:
    """Whatever is wrong with it, its bearer is anonymous: even where an admin's would be needed."""
    async with started(apps, stores) as clients:
        cast = await _prepare(clients, apps, keys)
        wrong = []
        for what, header in _forged(keys, cast.tokens["admin"], cast.refresh):
            for service in SERVICES:
                for route, rule in TABLE[service].items():
                    got = await _ask(clients[service], cast, route, {"Authorization": header})
                    if got != rule["anonymous"]:
                        wrong.append((service, route, what, got))
        assert wrong == []
        product = f"/api/products/{cast.names['product_id']}"
        assert (await clients["product"].get(product)).json()["stock"] == 9


async def test_only_its_key_opens_the_provider(apps: dict[str, FastAPI], stores: Stores) -> None:
    """The right one does; a part of it, or more than it, does not."""
    async with started(apps, stores) as clients:
        for key, status in ((KEY, 200), (KEY[:-1], 401), (f"{KEY}x", 401), (KEY.upper(), 401), ("", 401)):
            answer = await clients["provider"].get("/ledger", headers={"Authorization": f"Bearer {key}"})
            assert answer.status_code == status
