"""services.shared.server: a toy service as a process, with real uvicorn; whatever goes wrong is JSON on stdout."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.observability.programs import CONTRACT, run

TOY = """
import gc
import sys
import weakref
from contextlib import asynccontextmanager
from observability.logging import get_logger
from services.shared import garbage
from services.shared.app import create_app
from services.shared.parts import provide
from services.shared.server import run_once, serve
from services.shared.settings import ServiceSettings
from services.shared.standby import Standby

class Ring:
    def __init__(self):
        self.self = self
        weakref.finalize(self, get_logger("toy").info, "toy.collected")

def create(settings):
    if "create" in sys.argv:
        raise RuntimeError("create failed, token=hunter2")
    @asynccontextmanager
    async def lifespan(app):
        if "startup" in sys.argv:
            raise RuntimeError("startup failed, token=hunter2")
        if "collector" in sys.argv:
            raise RuntimeError(f"frozen: {gc.get_freeze_count()}, looks after {gc.get_threshold()[0]}")
        if "ring" in sys.argv:
            garbage.PERIOD = 1
            Ring()
        standby = Standby()
        standby.end = lambda: get_logger("toy").info("toy.news")
        provide(app, standby)
        yield
        if "shutdown" in sys.argv:
            raise RuntimeError("shutdown failed, token=hunter2")
    return create_app("toy", lifespan=lifespan, routers=[], required={}, optional={}, store_errors=[])

def job(settings):
    if "job" in sys.argv:
        raise RuntimeError("job failed, token=hunter2")

if "once" in sys.argv:
    run_once("toy-service", ServiceSettings, job)
else:
    serve("toy-service", ServiceSettings, create)
"""


def _told(lines: list[dict[str, Any]]) -> str:
    text = json.dumps(lines)
    assert "hunter2" not in text
    assert {line["service"] for line in lines} == {"toy-service"}
    return text


@contextmanager
def _started(*arguments: str, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", TOY, *arguments],
        env={**os.environ, "PORT": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "Uvicorn running on" in line:
                yield process, json.loads(line)["event"].split()[3]
                break
        else:
            raise AssertionError("it did not start")
    finally:
        process.kill()
        process.wait()


def test_serves_until_sigterm() -> None:
    """Each line of a whole life is JSON; SIGTERM is a good end, also for requests that wait for news."""
    with _started() as (process, url):
        response = httpx.get(f"{url}/nowhere", headers={"X-Request-ID": "mine-1234"}, trust_env=False)
        assert (response.status_code, response.headers["x-request-id"]) == (404, "mine-1234")
        assert "server" not in response.headers
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(line.keys() >= CONTRACT for line in lines)
    assert [line["request_id"] for line in lines if line["event"] == "http.request"] == ["mine-1234"]
    assert "toy.news" in [line["event"] for line in lines]
    assert (process.returncode, err) == (0, "")


def test_contribs_parts_are_a_setting_away() -> None:
    """With opentelemetry-instrumentation-fastapi and the SDK's exporter it serves and logs as ever."""
    settings = {"CONTRIB_SERVER_SPANS": "true", "CONTRIB_SPAN_EXPORT": "true"}
    with _started(**settings, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as (process, url):
        assert httpx.get(f"{url}/nowhere", trust_env=False).status_code == 404
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    [line] = [line for line in map(json.loads, out.splitlines()) if line["event"] == "http.request"]
    assert len(line["trace_id"]) == 32


def test_a_crash_at_the_end_is_told() -> None:
    """What fails while shutting down is JSON too."""
    with _started("shutdown") as (process, _):
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert "shutdown failed" in _told([json.loads(line) for line in out.splitlines()])
    assert err == ""


def test_crashes_before_it_serves() -> None:
    """An app that cannot be made, or cannot start: a line with the traceback, and an exit code."""
    for place in ("create", "startup"):
        code, lines = run(TOY, place, PORT="0")
        assert f"RuntimeError: {place} failed" in _told(lines)
        assert code != 0


def test_port_in_use() -> None:
    """Two of them at one place: the second says so and ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, lines = run(TOY, PORT=str(taken.getsockname()[1]))
    (told,) = (line for line in lines if line["level"] in ("error", "critical"))
    assert "address already in use" in _told([told])
    assert code != 0


def test_settings_that_are_not_valid() -> None:
    """Which setting is wrong and why, without its value, and exit code 2."""
    code, (line,) = run(TOY, PORT="hunter2")
    assert "hunter2" not in json.dumps(line)
    assert (code, line["event"], line["errors"][0]["setting"]) == (2, "settings.invalid", ["port"])
    assert run(TOY, PORT="65536")[0] == 2
    code, lines = run(TOY, LOG_LEVEL="noisy")
    assert code != 0
    assert "log_level" in json.dumps(lines) or "NOISY" in json.dumps(lines)


def test_one_shot_jobs() -> None:
    """A job that works is quiet and 0; one that fails is one line and 1."""
    assert run(TOY, "once") == (0, [])
    code, lines = run(TOY, "once", "job")
    assert (code, [line["event"] for line in lines]) == (1, ["job.failed"])
    assert "job failed" in _told(lines)


def test_the_garbage_collector_leaves_what_the_start_has_made() -> None:
    """To look through all of it would hold requests up for tens of milliseconds."""
    _, lines = run(TOY, "collector", PORT="0")
    found = re.search(r"frozen: (\d+), looks after (\d+)", _told(lines))
    assert found is not None
    assert int(found[1]) > 50_000
    assert int(found[2]) > 700


def test_young_garbage_is_collected_also_where_little_is_made() -> None:
    """What a caller that was given up has held is free again."""
    with _started("ring") as (process, _):
        assert process.stdout is not None
        assert "toy.collected" in process.stdout.readline()
