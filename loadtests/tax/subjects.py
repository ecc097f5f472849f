"""The apps that are compared: what does nothing, and the services that read a product and take an order."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI

from loadtests.tax.client import Request

__all__ = ["KINDS", "REQUESTS", "SERVICES", "served"]

R = TypeVar("R", bound=APIRouter)

WITHOUT = ("traces", "metrics", "logs", "request id")
CONTRIB = ("ours with contrib spans", "ours with contrib export")
KINDS = ("bare", "ours", "stock", *(f"ours without {pillar}" for pillar in WITHOUT), *CONTRIB)
# As the gateway sends them: of somebody, with an id.
_FORWARDED = (("X-Forwarded-For", "192.0.2.7"), ("X-Request-ID", "tax-request-{n}"))
REQUESTS = {
    "ping": Request("GET", "/ping"),
    "read": Request("GET", "/api/products/1", headers=_FORWARDED),
    "order": Request(
        "POST",
        "/api/orders",
        201,
        (*_FORWARDED, ("Authorization", "Bearer {token}"), ("Idempotency-Key", "tax-order-{n}")),
        '{"productId": "1", "quantity": 1}',
    ),
}
SERVICES = {"read": "product-service", "order": "order-service"}


def served(kind: str, endpoint: str) -> FastAPI:
    """The app of one of KINDS that answers one of REQUESTS. A process has one of them."""
    without = kind.removeprefix("ours without ") if kind.startswith("ours without ") else ""
    if kind.startswith("ours"):
        from loadtests.tax import pillars

        pillars.prepare(without, contrib_export=kind == "ours with contrib export")
    app = _do_nothing(kind) if endpoint == "ping" else _service(kind, SERVICES[endpoint].split("-")[0])
    if kind == "stock":
        from loadtests.tax import recipe

        recipe.instrument(app)
    if kind == "ours with contrib spans":
        from observability.fastapi import instrument_fastapi

        instrument_fastapi(app)
    return app


def _router(router: R) -> R:
    @router.get("/ping")
    async def ping() -> dict[str, bool]:
        return {"ok": True}

    return router


def _do_nothing(kind: str) -> FastAPI:
    if not kind.startswith("ours"):
        app = FastAPI()
        app.include_router(_router(APIRouter()))
        return app
    from services.shared.app import create_app
    from services.shared.bodies import Router

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    return create_app(
        "tax", lifespan=lifespan, routers=[_router(Router())], required={}, optional={}, store_errors=[]
    )


def _service(kind: str, package: str) -> FastAPI:
    """A service that answers requests and does nothing else: its background tasks are left to its neighbours."""
    from observability.tasks import Tasks

    main = importlib.import_module(f"services.{package}.main")
    vars(main)["Tasks"] = type("NoTasks", (Tasks,), {"start": lambda *_: None})
    if not kind.startswith("ours"):
        vars(main)["create_app"] = _plain
    if kind == "bare":
        from redis.asyncio import Redis

        for module, name, instead in (
            ("services.shared.database", "instrument_sqlalchemy", lambda *_: lambda _sql: nullcontext()),
            ("services.shared.redis_client", "ObservedRedis", Redis),
            ("services.product.store", "instrument_pymongo", lambda *_: ()),
            ("services.shared.outgoing", "ObservedTransport", lambda wrapped, _: wrapped),
        ):
            vars(importlib.import_module(module))[name] = instead
    app: FastAPI = main.create(main.Settings())
    return app


def _plain(_: str, *, lifespan: Any, routers: Sequence[APIRouter], **others: Any) -> FastAPI:
    """FastAPI with the routes and nothing around them but the answers to errors."""
    from services.shared.errors import add_error_handlers

    app = FastAPI(lifespan=lifespan)
    for router in routers:
        app.include_router(router)
    add_error_handlers(app, others["store_errors"])
    return app
