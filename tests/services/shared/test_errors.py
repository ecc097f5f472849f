"""Errors: each is a problem document with the ids to find it by, and none shows what was sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import HTTPException, Query
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.shared.app import create_app
from services.shared.bodies import Router
from services.shared.database import STORE_ERRORS, DatabaseUnavailableError
from services.shared.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Policy,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unprocessable,
)
from services.shared.problems import ADDRESS, KINDS
from services.shared.schemas import Schema, Text
from tests.services.support import running

CARD = "4242424242424242"
JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
RAISED: dict[str, Exception] = {
    "unauthorized": Unauthorized("who?"),
    "forbidden": Forbidden("no"),
    "not-found": NotFound("gone"),
    "conflict": Conflict("not now", retry_after=3, orderStatus="paid"),
    "price": Conflict("dearer", kind="price-changed", totalCents=5),
    "unprocessable": Unprocessable("odd", productIds=["1"]),
    "too-many": TooManyRequests("slow down", retry_after=7, policy=Policy("tries", 10, 300)),
    "unavailable": Unavailable("away", retry_after=4),
    "teapot": HTTPException(418, "short and stout", {"X-Pot": "1"}),
    "lost": DatabaseUnavailableError("lost"),
    "full": PoolTimeout("full"),
    "refused": ConnectionRefusedError("refused"),
    "slow": TimeoutError("slow"),
    "crash": RuntimeError("a secret inside"),
}
router = Router(prefix="/api")


class Secret(Schema):
    """A body."""

    password: Text
    count: int


@router.get("/raise/{name}")
async def fail(name: str) -> None:
    """Raise what is asked for."""
    raise RAISED[name]


@router.post("/secrets")
async def keep(_: Secret, limit: Annotated[int, Query(le=10)] = 1) -> None:
    """Take a body."""


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A service with those routes."""

    async def nothing() -> None:
        return None

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield

    app = create_app("errors", lifespan=lifespan, routers=[router], required={"store": nothing}, optional={},
                     store_errors=STORE_ERRORS)  # fmt: skip
    async with running(app) as client:
        yield client


def _problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    kind = KINDS[document["type"].removeprefix(ADDRESS)]
    assert (document["type"], document["title"]) == (kind.type, kind.title)
    assert document["status"] == status
    assert document["detail"]
    assert document["requestId"] == answer.headers["x-request-id"]
    assert "traceId" in document
    return document


@pytest.mark.parametrize(
    ("name", "status", "headers", "members"),
    [
        ("unauthorized", 401, {"www-authenticate": "Bearer"}, {"title": "Unauthorized", "detail": "who?"}),
        ("forbidden", 403, {}, {"title": "Forbidden"}),
        ("not-found", 404, {}, {"title": "Not Found"}),
        ("conflict", 409, {"retry-after": "3"}, {"orderStatus": "paid"}),
        ("unprocessable", 422, {}, {"productIds": ["1"]}),
        ("price", 409, {}, {"type": "/api/problems/price-changed", "title": "Price Changed", "totalCents": 5}),
        (
            "too-many",
            429,
            {"retry-after": "7", "ratelimit": '"tries";r=0;t=7', "ratelimit-policy": '"tries";q=10;w=300'},
            {"type": "/api/problems/too-many-requests"},
        ),
        ("unavailable", 503, {"retry-after": "4"}, {}),
        ("teapot", 418, {"x-pot": "1"}, {"type": "/api/problems/bad-request", "detail": "short and stout"}),
        ("lost", 503, {"retry-after": "2"}, {}),
        ("full", 503, {"retry-after": "2"}, {}),
        ("refused", 503, {"retry-after": "2"}, {}),
        ("slow", 503, {"retry-after": "2"}, {}),
        ("crash", 500, {}, {"detail": "Something went wrong on our side."}),
    ],
)
async def test_each_error(
    client: httpx.AsyncClient, name: str, status: int, headers: dict[str, str], members: dict[str, Any]
) -> None:
    """Its status, its headers and its members; never the words of an unexpected exception."""
    answer = await client.get(f"/api/raise/{name}", headers={"X-Request-ID": "request-of-a-test"})
    document = _problem(answer, status)
    assert document["requestId"] == "request-of-a-test"
    assert members.items() <= document.items()
    assert headers.items() <= dict(answer.headers).items()
    assert "secret" not in answer.text


async def test_unknown_places(client: httpx.AsyncClient) -> None:
    """Paths that do not exist and methods that are not allowed are problems too."""
    _problem(await client.get("/nowhere"), 404)
    answer = await client.delete("/api/secrets")
    _problem(answer, 405)
    assert answer.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"password": "hunter2", "count": "hunter2"}', 422),
        (b'{"password": "hunter2"}', 422),
        (b'{"password": ["hunter2"], "count": 1, "hunter": 2}', 422),
        (b'{"password": "hunter2\\ud800", "count": 1}', 422),
        (b'{"password": "hunter2", "count": 1, "\\ud800": 1}', 422),
        (b'{"password": "hunter2", ', 400),
        (b"\xff\xfe", 400),
        (b"[" * 60_000, 400),
        (b'{"count": ' + b"9" * 5000 + b"}", 400),
        (b'"hunter2"', 422),
        (b"", 422),
    ],
)  # fmt: skip
async def test_invalid_bodies(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    """What cannot be read is 400, what is not valid 422 with its fields; neither repeats what was sent."""
    answer = await client.post("/api/secrets", content=body, headers={"Content-Type": "application/json"})
    document = _problem(answer, status)
    assert "hunter2" not in answer.text
    if status == 422:
        assert document["type"] == "/api/problems/invalid-request"
        assert all(set(fault) == {"field", "message"} for fault in document["errors"])
        assert document["errors"]


async def test_invalid_query(client: httpx.AsyncClient) -> None:
    """The field says where it was."""
    answer = await client.post("/api/secrets?limit=11", json={"password": "p", "count": 1})
    assert [fault["field"] for fault in _problem(answer, 422)["errors"]] == ["query.limit"]


@pytest.mark.parametrize("secret", [CARD, "4242 4242 4242 4242", JWT, "password=hunter2"])
async def test_no_problem_repeats_a_secret(client: httpx.AsyncClient, secret: str) -> None:
    """Names of members and of parameters are what was sent, and details may quote it: each is redacted."""
    RAISED["quoting"] = NotFound(f"There is no {secret}.", members=[secret])
    answers = [
        await client.get("/api/raise/quoting"),
        await client.post("/api/secrets", json={"password": "p", "count": 1, secret: 1}),
        await client.post("/api/secrets", json={"password": "p", "count": f"x {secret}"}),
        await client.post("/api/secrets", params={"limit": secret}, json={"password": "p", "count": 1}),
        await client.get(f"/api/{secret}", headers={"X-Request-ID": secret.replace(" ", "-")}),
    ]
    assert [answer.status_code for answer in answers] == [404, 422, 422, 422, 404]
    assert not [answer.text for answer in answers if secret in answer.text or secret in str(answer.headers)]
    assert answers[1].json()["errors"]
