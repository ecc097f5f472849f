"""Nothing private is kept by a cache."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response

from services.shared.app import create_app
from services.shared.auth import CurrentUser, TokenVerifier
from services.shared.bodies import Router
from services.shared.parts import provide

router = Router()


@router.get("/public")
async def public(response: Response) -> str:
    """Says itself how long it may be kept."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return "known to everybody"


@router.get("/private")
async def private(user: CurrentUser) -> str:
    """Needs a token."""
    return user.id


@router.post("/tokens")
async def tokens() -> str:
    """Says nothing."""
    return "secret"


@router.get("/crash")
async def crash() -> str:
    """Ends in an exception."""
    raise RuntimeError


async def _no_keys() -> dict[str, Any]:
    return {}


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/tokens", 200), ("POST", "/private", 405), ("GET", "/private", 401), ("GET", "/unknown", 404),
        ("GET", "/crash", 500), ("GET", "/health", 200), ("GET", "/metrics", 200),
    ],
)  # fmt: skip
async def test_what_says_nothing_is_not_stored(method: str, path: str, status: int) -> None:
    """Answers and errors of every kind carry no-store; only what says otherwise may be kept."""
    app = create_app(
        "cached", lifespan=_lifespan, routers=[router], required={}, optional={}, store_errors=[OSError]
    )
    provide(app, TokenVerifier(_no_keys))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers.get_list("cache-control")) == (status, ["no-store"])
        assert (await client.get("/public")).headers.get_list("cache-control") == ["public, max-age=300"]
