"""The query listener: the API, metrics and health. Who asks for a page is led to the console."""

from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from jaeger.tracebox import api
from jaeger.tracebox.headers import SecurityHeaders
from jaeger.tracebox.metrics import CountRequests
from jaeger.tracebox.schema import reading


def build(database: Path, console: str = "") -> Starlette:
    """Make the application of the query port. console: the address of the console, which has Jaeger's pages."""
    app = Starlette(
        routes=[
            *api.ROUTES,
            *(Route(path, get_page) for path in ("/", "/search", "/dependencies", "/trace/{trace_id}")),
            Route("/metrics", get_metrics),
            Route("/health", get_health),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(CountRequests)],
    )
    app.router.redirect_slashes = False  # it would build an address from the Host of the request
    app.state.database = database
    app.state.console = console
    return app


def get_page(request: Request) -> Response:
    """GET of one of Jaeger's pages: the console has it at the same path."""
    if not request.app.state.console:
        return PlainTextResponse("The pages of traces are the console's. Here is only the API.\n", 404)
    path = "/search" if request.url.path == "/" else request.scope["raw_path"].decode("ascii")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.app.state.console}{path}{query}", 302)


def get_metrics(request: Request) -> Response:
    """GET /metrics."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def get_health(request: Request) -> Response:
    """GET /health: up when the database can be read."""
    with reading(request.app.state.database) as db:
        db.execute("SELECT 1 FROM trace LIMIT 1").fetchone()
    return JSONResponse({"status": "ok"})
