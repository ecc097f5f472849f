"""The query listener: the API, the pages, metrics and health."""

from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from jaeger.tracebox import api
from jaeger.tracebox.headers import SecurityHeaders
from jaeger.tracebox.look import stylesheet
from jaeger.tracebox.metrics import CountRequests
from jaeger.tracebox.schema import reading
from jaeger.tracebox.search_page import search_page
from jaeger.tracebox.trace_page import trace_page


def build(database: Path) -> Starlette:
    """Make the application of the query port."""
    app = Starlette(
        routes=[
            *api.ROUTES,
            Route("/", search_page),
            Route("/search", search_page),  # where Jaeger has it
            Route("/trace/{trace_id}", trace_page),
            Route("/metrics", get_metrics),
            Route("/health", get_health),
            Route("/static/colours.css", get_colours),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(CountRequests)],
    )
    app.router.redirect_slashes = False  # it would build an address from the Host of the request
    app.state.database = database
    return app


def get_colours(request: Request) -> Response:
    """GET /static/colours.css: one colour for each service, the same as on the dashboards."""
    return Response(stylesheet(), media_type="text/css")


def get_metrics(request: Request) -> Response:
    """GET /metrics."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def get_health(request: Request) -> Response:
    """GET /health: up when the database can be read."""
    with reading(request.app.state.database) as db:
        db.execute("SELECT 1 FROM trace LIMIT 1").fetchone()
    return JSONResponse({"status": "ok"})
