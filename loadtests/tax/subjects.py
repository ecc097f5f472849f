"""The apps that are compared, each with the one endpoint that does nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from fastapi import APIRouter, FastAPI

R = TypeVar("R", bound=APIRouter)

__all__ = ["KINDS", "WITHOUT"]

WITHOUT = ("traces", "metrics", "logs", "request id")


def _router(router: R) -> R:
    @router.get("/ping")
    async def ping() -> dict[str, bool]:
        return {"ok": True}

    return router


def bare() -> FastAPI:
    """FastAPI alone."""
    app = FastAPI()
    app.include_router(_router(APIRouter()))
    return app


def stock() -> FastAPI:
    """The usual recipe: the contrib instrumentation, an instrumentator for Prometheus, and logs in JSON."""
    from loadtests.tax import recipe

    return recipe.instrumented(bare())


def ours(without: str = "") -> FastAPI:
    """An app as each of our services is one, with everything on, or without one part of it."""
    from loadtests.tax import pillars

    pillars.prepare(without)
    from services.shared.app import create_app
    from services.shared.bodies import Router

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    return create_app(
        "tax", lifespan=lifespan, routers=[_router(Router())], required={}, optional={}, store_errors=[]
    )


def _without(pillar: str) -> Callable[[], FastAPI]:
    return lambda: ours(pillar)


KINDS: dict[str, Callable[[], FastAPI]] = {
    "bare": bare,
    "ours": ours,
    "stock": stock,
    **{f"ours without {pillar}": _without(pillar) for pillar in WITHOUT},
}
