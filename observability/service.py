"""All telemetry of an app in one call, and the two steps of that call for who needs them apart.

`setup_telemetry` is for the process: logs and traces. `instrument_app` is for an app: request ids, spans, metrics
and a log line for each request, health, and a watch over the event loop. `observe` does both.
"""

import asyncio
import inspect
import socket
import sys
from collections import ChainMap
from collections.abc import AsyncIterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from observability import request_id
from observability.health import Check, health_routes
from observability.logging import log_loop_errors, setup_logging
from observability.metrics import metrics_route
from observability.middleware import Header, TelemetryMiddleware
from observability.tasks import Tasks, watch_event_loop
from observability.tracing import setup_tracing

__all__ = ["instrument_app", "observe", "setup_telemetry"]

_ASKED: Scope = {"type": "http", "method": "GET", "root_path": "", "headers": []}
_FLUSH_MS = 3000  # a dead trace store must not hold a process up


def observe(
    app: Starlette,
    service: str,
    *,
    version: str,
    prefix: str = "",
    required: Mapping[str, Check] | None = None,
    optional: MutableMapping[str, Check] | None = None,
    **process: Any,
) -> None:
    """Give `app` logs, request ids, traces, metrics and health; at its end, send the spans that wait.

    Call it once in a process, when all middlewares are added. process: further arguments of `setup_telemetry`.
    That function and `instrument_app` explain the others.
    """
    provider = setup_telemetry(service, version=version, prefix=prefix, **process)
    instrument_app(
        app,
        required={} if required is None else required,
        optional={} if optional is None else optional,
        prefix=prefix,
    )
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: Any) -> AsyncIterator[Any]:
        try:
            async with inner(of) as state:
                yield state
        finally:  # uvicorn ends its process by the signal that it got, and nothing runs after that
            await asyncio.to_thread(provider.force_flush, _FLUSH_MS)

    app.router.lifespan_context = lifespan


def setup_telemetry(
    service: str,
    *,
    version: str,
    instance: str = "",
    environment: str = "development",
    namespace: str = "",
    prefix: str = "",
    level: str = "info",
    contrib_export: bool = False,
) -> TracerProvider:
    """Set up logs and traces of this process. `setup_logging` and `setup_tracing` explain the arguments.

    instance: the name of this replica; the name of the host where there is none.
    """
    setup_logging(service, level)
    return setup_tracing(
        service,
        version=version,
        instance=instance or socket.gethostname(),
        environment=environment,
        namespace=namespace,
        prefix=prefix,
        contrib_export=contrib_export,
    )


async def _crashed(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that ended in an exception: as the app's handler of `Exception` does, if it has one.

    Without one the answer says nothing of the exception (RFC 9457).
    """
    handlers = scope["app"].exception_handlers
    if handler := handlers.get(500) or handlers.get(Exception):
        request, error = Request(scope, receive), sys.exception()
        is_async = inspect.iscoroutinefunction(handler)
        answer = await (handler(request, error) if is_async else run_in_threadpool(handler, request, error))
    else:
        problem = {"title": "Internal Server Error", "status": 500, "requestId": request_id.current()}
        answer = JSONResponse(problem, 500, media_type="application/problem+json")
    await answer(scope, receive, send)


def _add_first(routes: list[BaseRoute], own: Sequence[Route]) -> None:
    """Add our routes: in front of the first that would take their paths, such as one for every path."""
    asked: list[Scope] = [{**_ASKED, "path": route.path} for route in own]
    taken = (any(route.matches(scope)[0] is not Match.NONE for scope in asked) for route in routes)
    place = next((place for place, takes in enumerate(taken) if takes), len(routes))
    routes[place:place] = own


def instrument_app(
    app: Starlette,
    *,
    required: Mapping[str, Check],
    optional: MutableMapping[str, Check],
    prefix: str = "",
    on_crash: ASGIApp = _crashed,
    headers: Sequence[Header] = (),
) -> None:
    """Add `/health`, `/health/ready`, `/metrics`, a watch over the event loop, and `TelemetryMiddleware`.

    Call it when all other middlewares are added, so that this one is outside of them. Make a FastAPI app with
    `telemetry={"tracing": False}`, or else its own span, which says less, takes the place of ours.

    required, optional: readiness checks; they may be filled later, while the lifespan starts.
    prefix: of the metrics that no convention names. on_crash, headers: as in `TelemetryMiddleware`.
    """
    watch = Tasks()
    own = [*health_routes(required, ChainMap(optional, watch.checks)), metrics_route(prefix)]
    _add_first(app.router.routes, own)
    quiet = {route.path for route in own}
    app.add_middleware(TelemetryMiddleware, on_crash=on_crash, headers=headers, quiet=quiet)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: Any) -> AsyncIterator[Any]:
        log_loop_errors()
        watch.start("event-loop", watch_event_loop)
        try:
            async with inner(of) as state:
                yield state
        finally:
            await watch.stop()

    app.router.lifespan_context = lifespan
