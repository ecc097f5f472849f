"""observability.health"""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from starlette.applications import Starlette

from observability import health
from observability.health import Check, health_routes
from tests.observability.programs import run


async def good() -> None:
    """A dependency that works."""


async def bad() -> None:
    """A dependency that does not."""
    raise ConnectionError("postgresql://u:hunter2@db")


async def hangs() -> None:
    """A dependency that does not answer."""
    await asyncio.Event().wait()


async def _get(path: str, required: Mapping[str, Check], optional: Mapping[str, Check]) -> httpx.Response:
    app = Starlette(routes=health_routes(required, optional))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://toy") as client:
        return await client.get(path)


async def test_alive_whatever_fails() -> None:
    """Liveness asks nobody: a restart would cure nothing."""
    response = await _get("/health", {"db": bad}, {})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_names_its_dependencies() -> None:
    """All well: 200, and each dependency by name."""
    response = await _get("/health/ready", {"db": good}, {"cache": good})
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "dependencies": {"db": "ok", "cache": "ok"}},
    )


async def test_degraded_without_an_optional_dependency() -> None:
    """Without an optional dependency the service goes on and says so."""
    response = await _get("/health/ready", {"db": good}, {"cache": bad})
    assert response.status_code == 200
    assert response.json() == {
        "status": "degraded",
        "dependencies": {"db": "ok", "cache": "unavailable: ConnectionError"},
    }


async def test_unavailable_without_a_required_dependency() -> None:
    """Without a required one it takes itself out, and tells no secret of why."""
    response = await _get("/health/ready", {"db": bad}, {"cache": bad})
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert "hunter2" not in response.text


async def test_slow_checks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that hangs is given up, and all run at the same time."""
    monkeypatch.setattr(health, "_LIMIT", 0.05)
    async with asyncio.timeout(1):
        response = await _get("/health/ready", {"a": hangs, "b": hangs}, {f"c{n}": hangs for n in range(40)})
    assert set(response.json()["dependencies"].values()) == {"unavailable: TimeoutError"}


async def test_checks_make_no_spans() -> None:
    """Polling is not worth a trace."""
    seen: list[bool] = []

    async def look() -> None:
        seen.append(is_instrumentation_enabled())

    await _get("/health/ready", {"db": look}, {})
    assert seen == [False]


async def test_checks_may_be_added_later() -> None:
    """The mappings are read at each request: a lifespan fills them."""
    required: dict[str, Check] = {}
    app = Starlette(routes=health_routes(required, {}))
    required["db"] = bad
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://toy") as client:
        assert (await client.get("/health/ready")).status_code == 503


ALONE = """
import sys
import observability.health
from observability.logging import get_logger, setup_logging

loaded = [name for name in ("fastotel", "opentelemetry.sdk.trace", "observability.tracing") if name in sys.modules]
setup_logging("x")
get_logger("x").info("loaded", modules=loaded)
"""


def test_it_needs_no_exporter() -> None:
    """Whoever lifts the routes does not take along what makes and sends spans."""
    _, [line] = run(ALONE)
    assert line["modules"] == []
