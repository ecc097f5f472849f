"""A FastAPI app with all of our telemetry and none of our services."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from observability import request_id
from observability.fastapi import instrument_fastapi
from observability.health import health_routes
from observability.metrics import metrics_route
from observability.middleware import TelemetryMiddleware


async def crashed(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer to a crash."""
    await JSONResponse({"requestId": request_id.current()}, 500)(scope, receive, send)


def make(
    during: Callable[[Request], Awaitable[Any]] | None = None, *, ours: bool = True, contrib: bool = False
) -> FastAPI:
    """The app. during: what GET /things/{id} does. ours, contrib: with our middleware, with contrib's spans."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    router = APIRouter(prefix="/things")

    @router.get("/{thing_id}")
    async def thing(thing_id: str, request: Request) -> Any:
        found = await during(request) if during else None
        return {"id": thing_id, "request_id": request_id.current(), "found": found}

    @router.post("/crash")
    async def crash() -> None:
        raise RuntimeError("password='hunter2'")

    @router.get("/stream/{fail}")
    async def stream(fail: int) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first "
            if fail:
                raise RuntimeError("in the middle")
            yield request_id.current().encode()

        return StreamingResponse(parts())

    @router.get("/healthy/foods")
    async def healthy() -> None:
        """Not a health check."""

    app.include_router(router)
    polled = [*health_routes({}, {}), metrics_route("toy")]
    app.router.routes.extend(polled)
    if ours:
        app.add_middleware(TelemetryMiddleware, on_crash=crashed, quiet=[route.path for route in polled])
    if contrib:
        instrument_fastapi(app)
    return app


def client(app: Any) -> httpx.AsyncClient:
    """A client of `app` that sees a broken response as an exception."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://toy")
