"""The steps that make a FastAPI app one of ours. Each is usable alone; the order of the lines matters."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, Depends, FastAPI

from observability.fastapi import count_active, instrument_fastapi
from observability.health import Check, health_routes
from observability.metrics import metrics_route
from observability.middleware import TelemetryMiddleware
from services.shared.admission import AT_ONCE, Admission
from services.shared.errors import add_error_handlers, busy_response, crash_response
from services.shared.server import VERSION

__all__ = ["create_app"]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    title: str,
    *,
    lifespan: Lifespan,
    routers: Sequence[APIRouter],
    required: Mapping[str, Check],
    optional: Mapping[str, Check],
    store_errors: Sequence[type[Exception]],
    at_once: int = AT_ONCE,
) -> FastAPI:
    """A plain FastAPI app with problem documents, health, metrics, logs and traces.

    required, optional: readiness checks; they may be filled later, while the lifespan starts.
    store_errors: exceptions that mean that the service's own database does not answer.
    at_once: requests from the gateway that are at work at a time; the others wait.
    """
    app = FastAPI(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        dependencies=[Depends(count_active)],
        # Off: opentelemetry-instrumentation-fastapi traces, and our middleware measures.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    for router in routers:
        app.include_router(router)
    app.router.routes.extend(health_routes(required, optional))
    app.router.routes.append(metrics_route())
    add_error_handlers(app, store_errors)
    app.add_middleware(Admission, refuse=busy_response, at_once=at_once)
    app.add_middleware(TelemetryMiddleware, on_crash=crash_response)
    instrument_fastapi(app)
    return app
