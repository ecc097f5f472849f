"""Feature flags: off unless a file of the operator says otherwise, free while they are off, told by spans."""

import json
import subprocess
import sys
import timeit
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from observability.testing import CapturedSpans
from services.shared.app import create_app
from services.shared.bodies import Router
from services.shared.flags import FlagFile, Flags, flags


def definition(value: dict[str, Any], **where: str) -> dict[str, Any]:
    """A flag as a drill writes it."""
    same = [{"==": [{"var": name}, wanted]} for name, wanted in where.items()]
    return {
        "state": "ENABLED",
        "variants": {"on": value, "off": {}},
        "defaultVariant": "off" if same else "on",
        **({"targeting": {"if": [{"and": same}, "on", "off"]}} if same else {}),
    }


def write(path: Path, **definitions: dict[str, Any]) -> None:
    """A file with these flags."""
    path.write_text(json.dumps({"flags": {name.replace("_", "-"): one for name, one in definitions.items()}}))
    path.chmod(0o600)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Where flags may be; at the end those of the process are off."""
    yield tmp_path / "flags.json"
    flags.replace({}, {})


@pytest.fixture
def app() -> FastAPI:
    """A service with one route."""
    router = Router()

    @router.get("/things/{thing}")
    async def get(thing: str) -> dict[str, str]:
        return {"thing": thing}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    return create_app("toy", lifespan=lifespan, routers=[router], required={}, optional={}, store_errors=[])


def client(app: FastAPI) -> httpx.AsyncClient:
    """A client that gets answers also where a route ends in an exception."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://toy")


def test_a_file_switches_flags_on_and_its_end_switches_them_off(file: Path) -> None:
    """A change counts at the next look; a flag that is not there is off."""
    found = Flags()
    watched = FlagFile(file, found, service="toy")
    watched.look()
    assert (found.are_on, found.value("slow")) == (False, {})

    write(file, slow=definition({"seconds": 2}))
    watched.look()
    assert (found.are_on, found.value("slow"), found.value("other")) == (True, {"seconds": 2}, {})

    file.unlink()
    watched.look()
    assert (found.are_on, found.value("slow")) == (False, {})


def test_a_flag_is_on_only_where_everything_is_as_it_says(file: Path) -> None:
    """What is true of the process and what the place says are one context."""
    found = Flags()
    write(file, slow=definition({"seconds": 2}, service="toy", route="/a"))
    FlagFile(file, found, service="toy").look()
    assert found.value("slow", route="/a") == {"seconds": 2}
    assert found.value("slow", route="/b") == {}
    FlagFile(file, found, service="another").look()
    assert found.value("slow", route="/a") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"flags": []}',
        '{"flags": {"slow": {}}}',
        '{"flags": {"slow": {"variants": {}, "defaultVariant": "on"}}}',
    ],
)
def test_a_file_that_is_wrong_switches_everything_off(
    file: Path, text: str, captured_logs: list[dict[str, Any]]
) -> None:
    """Also what was on before; the log says why."""
    found = Flags()
    watched = FlagFile(file, found)
    write(file, slow=definition({"seconds": 2}))
    watched.look()
    assert found.are_on
    file.write_text(text)
    watched.look()
    assert not found.are_on
    assert captured_logs[-1]["event"] == "flags.refused"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_could_write_is_refused(
    file: Path, mode: int, captured_logs: list[dict[str, Any]]
) -> None:
    """Only the operator has the key to this door."""
    found = Flags()
    write(file, slow=definition({"seconds": 2}))
    file.chmod(mode)
    FlagFile(file, found).look()
    assert not found.are_on
    assert "others could write" in captured_logs[-1]["error"]


async def test_a_route_is_slow_or_fails_and_its_span_names_the_flag(
    file: Path, app: FastAPI, captured_spans: CapturedSpans
) -> None:
    """By the names of the semantic conventions."""
    write(file, route_errors=definition({"on": True}, route="/things/{thing}"))
    FlagFile(file, flags, service="toy").look()
    async with client(app) as http:
        answer = await http.get("/things/1", headers={"X-Forwarded-For": "1.2.3.4"})
    assert answer.status_code == 500
    [span] = [span for span in captured_spans.all if span.name == "GET /things/{thing}"]
    [event] = [event for event in span.events if event.name == "feature_flag.evaluation"]
    assert dict(event.attributes or {}) == {
        "feature_flag.key": "route-errors",
        "feature_flag.result.variant": "on",
        "feature_flag.result.reason": "targeting_match",
        "feature_flag.provider.name": "In-Memory Provider",
    }


async def test_no_request_switches_a_flag_on(file: Path, app: FastAPI) -> None:
    """Whatever it says in its headers and its query."""
    FlagFile(file, flags, service="toy").look()
    names = ("route-errors", "feature_flag.key", "flags", "X-Flags")
    headers = {
        "baggage": "route-errors=on",
        "X-Feature-Flag": "route-errors",
        **dict.fromkeys(names, "route-errors"),
    }
    async with client(app) as http:
        answer = await http.get("/things/1", params=dict.fromkeys(names, "on"), headers=headers)
    assert (answer.status_code, flags.are_on) == (200, False)


def test_without_a_file_the_library_is_not_imported() -> None:
    """So it costs no memory and no time at the start."""
    code = (
        "import sys, services.shared.server as s; from services.shared.flags import FlagFile, flags\n"
        "FlagFile(None, flags).look(); print([name for name in sys.modules if name.startswith('openfeature')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_asking_while_no_flag_is_on_takes_less_than_a_microsecond() -> None:
    """That is all that a request pays when there is no drill."""
    number = 100_000
    seconds = min(timeit.repeat("flags.are_on and flags.value('x')", globals={"flags": flags}, number=number))
    assert seconds / number < 1e-6
