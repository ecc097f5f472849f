"""observability.service: an app of somebody else's, observed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from observability import service
from observability.health import Check, health_routes
from observability.service import instrument_app, observe
from observability.testing import CapturedSpans, MetricDelta, metric_value
from tests.observability.apps import client
from tests.observability.programs import run

Lines = list[dict[str, Any]]


def _app() -> FastAPI:
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})

    @app.get("/things/{thing}")
    async def thing(thing: str) -> str:
        return thing

    @app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("hunter2")

    return app


def _observed(app: FastAPI) -> FastAPI:
    instrument_app(app, required={}, optional={})
    return app


async def test_a_crash_is_answered_without_a_word_about_it() -> None:
    """An app that says nothing of exceptions gets a problem document."""
    async with client(_observed(_app())) as http:
        answer = await http.get("/crash")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("kind", [500, Exception])
@pytest.mark.parametrize("is_async", [True, False])
async def test_the_own_handler_of_crashes_answers(kind: Any, is_async: bool, captured_logs: Lines) -> None:
    """What an app has for every exception is asked, and the crash is told as ever."""

    def answer(_: Request, error: Exception) -> Response:
        return JSONResponse({"mine": type(error).__name__}, 503)

    async def answer_later(request: Request, error: Exception) -> Response:
        return answer(request, error)

    app = _app()
    app.add_exception_handler(kind, answer_later if is_async else answer)
    async with client(_observed(app)) as http:
        response = await http.get("/crash")
    assert (response.status_code, response.json()) == (503, {"mine": "RuntimeError"})
    (line,) = [line for line in captured_logs if line["event"] == "http.request"]
    assert line["status"] == 503
    assert any(line["event"] == "http.crash" for line in captured_logs)


async def test_an_app_with_routes_by_host_is_observed() -> None:
    """Of a request that is asked about, a route may look at the headers too."""
    app = _app()
    app.router.routes.append(Host("other.example", Router([])))
    async with client(_observed(app)) as http:
        assert (await http.get("/health")).status_code == 200


@pytest.mark.parametrize("path", ["/{rest:path}", "/{one}"])
async def test_health_and_metrics_answer_before_a_route_for_every_path(path: str) -> None:
    """Whatever the app takes, these three stay; its own routes keep their order."""
    app = _app()

    @app.get(path)
    async def every() -> str:
        return "every"

    async with client(_observed(app)) as http:
        assert [(await http.get(own)).status_code for own in ("/health", "/health/ready", "/metrics")] == [200] * 3
        assert (await http.get("/health")).json() != "every"
        assert (await http.get("/other")).json() == "every"
        assert (await http.get("/things/7")).json() == "7"


async def test_health_is_quiet_below_a_root_path(captured_logs: Lines) -> None:
    """A server that is told `--root-path /api` puts it in front of each path."""
    transport = httpx.ASGITransport(_observed(_app()), root_path="/api")
    async with httpx.AsyncClient(transport=transport, base_url="http://toy") as http:
        assert (await http.get("/api/health")).status_code == 200
    assert not [line for line in captured_logs if line["event"] == "http.request"]


async def test_health_is_quiet_by_whatever_name(monkeypatch: pytest.MonkeyPatch, captured_logs: Lines) -> None:
    """Its route is the only place that knows its path."""

    def renamed(required: Mapping[str, Check], optional: Mapping[str, Check]) -> list[Route]:
        return [Route(route.path + "z", route.endpoint) for route in health_routes(required, optional)]

    monkeypatch.setattr(service, "health_routes", renamed)
    async with client(_observed(_app())) as http:
        assert [(await http.get(path)).status_code for path in ("/healthz", "/health/readyz")] == [200] * 2
    assert not [line for line in captured_logs if line["event"] == "http.request"]


async def test_a_mounted_route_is_named_whole(
    tmp_path: Path, captured_logs: Lines, captured_spans: CapturedSpans
) -> None:
    """By the template of its mount and its own: the same route elsewhere is another, and no value is in a name."""

    async def deep(_: Request) -> Response:
        return Response()

    (tmp_path / "file.txt").touch()
    app = _app()
    app.mount("/sub", _app())
    app.router.routes.append(Mount("/of/{tenant}", routes=[Route("/deep/{level}", deep)]))
    app.mount("/static", StaticFiles(directory=tmp_path))
    asked = ("/things/1", "/sub/things/1", "/of/acme/deep/3", "/static/file.txt")
    async with client(_observed(app)) as http:
        assert [(await http.get(path)).status_code for path in asked] == [200] * 4
    named = ["/things/{thing}", "/sub/things/{thing}", "/of/{tenant}/deep/{level}", "/static"]
    assert [line["route"] for line in captured_logs if line["event"] == "http.request"] == named
    assert {f"GET {name}" for name in named} <= {span.name for span in captured_spans.all}


async def test_work_after_the_answer_is_no_part_of_its_duration(captured_logs: Lines) -> None:
    """The duration ends with the last of the response, though the app may be at work on."""
    app = _app()

    @app.get("/later")
    async def later() -> Response:
        return Response(background=BackgroundTask(asyncio.sleep, 0.3))

    counted = MetricDelta("http_server_request_duration_seconds_sum", http_route="/later")
    async with client(_observed(app)) as http:
        await http.get("/later")
    assert metric_value("http_server_request_duration_seconds_count", http_route="/later") == 1
    assert counted.value < 0.2
    (line,) = [line for line in captured_logs if line["event"] == "http.request"]
    assert line["duration_ms"] < 200


async def down() -> None:
    """A check of what does not answer."""
    raise ConnectionError


async def ready_of(app: FastAPI) -> tuple[int, Any]:
    """What readiness answers while the app runs."""
    async with app.router.lifespan_context(app), client(app) as http:
        answer = await http.get("/health/ready")
    return answer.status_code, answer.json()["dependencies"].get("db")


@pytest.mark.parametrize("kind", ["required", "optional"])
async def test_checks_are_filled_while_the_lifespan_starts(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools are made there, so the dicts are empty when the app is observed."""
    checks: dict[str, Check] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        checks["db"] = down
        yield

    app = FastAPI(lifespan=lifespan, telemetry={"tracing": False})
    monkeypatch.setattr(service, "setup_logging", lambda *_: None)  # this process has its own
    given: dict[str, Any] = {kind: checks}
    observe(app, "test", version="0", **given)
    assert await ready_of(app) == (503 if kind == "required" else 200, "unavailable: ConnectionError")


TWICE = """
from fastapi import FastAPI
from opentelemetry import trace
from observability.logging import get_logger
from observability.service import observe

for name in ("first", "second"):
    observe(FastAPI(telemetry={"tracing": False}), name, version="1")
get_logger("x").info("told", service_name=trace.get_tracer_provider().resource.attributes["service.name"])
"""


def test_a_process_has_one_provider() -> None:
    """A second app sends its spans by what the first one has set up, and nothing is thrown away."""
    code, lines = run(TWICE)
    assert code == 0
    assert [(line["event"], line["service_name"]) for line in lines] == [("told", "first")]


FOREIGN = """
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from observability.service import observe

trace.set_tracer_provider(TracerProvider())
observe(FastAPI(telemetry={"tracing": False}), "x", version="1")
"""


def test_a_provider_of_somebody_else_ends_the_start() -> None:
    """By it spans would leave with their secrets, under names of another service, and nobody would be told."""
    code, lines = run(FOREIGN)
    assert code == 1
    assert lines[-1]["exception.type"] == "RuntimeError"
    assert "TracerProvider" in lines[-1]["exception.message"]
