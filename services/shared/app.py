"""The steps that make a FastAPI app one of ours. Each is usable alone; the order of the lines matters."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from fastapi import FastAPI
from starlette.types import ASGIApp

from observability.health import Check
from observability.middleware import TelemetryMiddleware
from observability.service import instrument_app
from services.shared.admission import AT_ONCE, Admission
from services.shared.bodies import BodyLimit, Router
from services.shared.errors import add_error_handlers, busy_response, crash_response
from services.shared.methods import HeadAsGet
from services.shared.names import PREFIX, VERSION
from services.shared.openapi import document_problems

__all__ = ["create_app"]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# No cache may store an answer unless its route says that it is public (RFC 9111, 5.2.2.5). So private answers,
# tokens and errors are never stored, whoever adds a route. Public are the catalogue and the token keys.
_HEADERS = ((b"cache-control", b"no-store"),)


class _App(FastAPI):
    """FastAPI without what it puts around all middlewares: its own telemetry, its own limit of bodies, and a last
    net for errors. Ours are inside, and each layer costs every request."""

    def build_middleware_stack(self) -> ASGIApp:
        """The layers, from the telemetry inwards."""
        whole: Any = super().build_middleware_stack()
        inner = whole
        while not isinstance(inner, TelemetryMiddleware):
            inner = inner.app
        return cast(ASGIApp, whole if getattr(self, "_is_instrumented_by_opentelemetry", False) else inner)


def create_app(
    title: str,
    *,
    lifespan: Lifespan,
    routers: Sequence[Router],
    required: Mapping[str, Check],
    optional: MutableMapping[str, Check],
    store_errors: Sequence[type[Exception]],
    at_once: int = AT_ONCE,
) -> FastAPI:
    """A plain FastAPI app with problem documents, health, metrics, logs and traces.

    required, optional: readiness checks; they may be filled later, while the lifespan starts.
    store_errors: exceptions that mean that the service's own database does not answer.
    at_once: requests from the gateway that are at work at a time, half of them with one token; the others wait.
    """
    app = _App(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        redirect_slashes=False,  # a redirect would be built from whatever Host the client claims
        # Off: our middleware traces, measures and logs.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    for router in routers:
        # Not include_router: it keeps a router inside of the app's, and matches each request three times.
        app.router.routes.extend(router.routes)
    add_error_handlers(app, store_errors)
    document_problems(app)
    app.add_middleware(HeadAsGet)  # each middleware is inside of the next
    app.add_middleware(BodyLimit)
    app.add_middleware(Admission, refuse=busy_response, at_once=at_once)
    instrument_app(
        app, required=required, optional=optional, prefix=PREFIX, on_crash=crash_response, headers=_HEADERS
    )
    return app
