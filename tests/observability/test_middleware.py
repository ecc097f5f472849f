"""observability.middleware"""

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from observability.middleware import TelemetryMiddleware
from observability.testing import MetricDelta, metric_value
from tests.observability.apps import client, crashed, make

COUNT = "http_server_request_duration_seconds_count"
Lines = list[dict[str, Any]]


def _requests(lines: Lines) -> Lines:
    return [line for line in lines if line["event"] == "http.request"]


async def test_one_line_and_one_observation_a_request(captured_logs: Lines) -> None:
    """A request is one line with the fields of the contract, and one observation labelled by its route."""
    counted = MetricDelta(
        COUNT, http_request_method="GET", http_route="/things/{thing_id}", http_response_status_code="200"
    )
    async with client(make()) as http:
        response = await http.get("/things/7", headers={"X-Request-ID": "mine-1234"})
    (line,) = _requests(captured_logs)
    assert (line["method"], line["route"], line["path"], line["status"]) == (
        "GET",
        "/things/{thing_id}",
        "/things/7",
        200,
    )
    assert line["duration_ms"] > 0
    assert line["request_id"] == "mine-1234" == response.headers["x-request-id"] == response.json()["request_id"]
    assert len(line["trace_id"]) == 32
    assert counted.value == 1


async def test_id_is_sent_once_and_a_bad_one_replaced() -> None:
    """Every response has exactly one request id."""
    async with client(make()) as http:
        for path in ("/things/1", "/nowhere", "/health", "/metrics"):
            response = await http.get(path, headers={"X-Request-ID": "no"})
            assert [len(value) for value in response.headers.get_list("x-request-id")] == [32]


async def test_a_crash_is_answered_and_told(captured_logs: Lines) -> None:
    """An exception becomes a 500 with the request id, a line with the traceback, and no leaked secret."""
    counted = MetricDelta(
        COUNT,
        http_request_method="POST",
        http_route="/things/crash",
        http_response_status_code="500",
        error_type="RuntimeError",
    )
    async with client(make()) as http:
        response = await http.post("/things/crash")
    assert response.status_code == 500
    assert response.json()["requestId"] == response.headers["x-request-id"]
    crash = next(line for line in captured_logs if line["event"] == "http.crash")
    assert (crash["level"], crash["request_id"]) == ("error", response.headers["x-request-id"])
    assert "RuntimeError" in crash["exception.type"]
    assert "hunter2" not in str(captured_logs)
    assert [line["status"] for line in _requests(captured_logs)] == [500]
    assert counted.value == 1


async def test_labels_are_bounded() -> None:
    """Paths that nobody routes and methods that nobody knows have one label each."""
    counted = MetricDelta(COUNT, http_request_method="_OTHER", http_route="", http_response_status_code="404")
    async with client(make()) as http:
        for number in range(3):
            await http.request(f"BREW{number}", f"/nowhere/{number}")
    assert counted.value == 3


async def test_health_and_metrics_are_quiet(captured_logs: Lines) -> None:
    """What is polled every few seconds is neither logged nor measured."""
    counted = MetricDelta(COUNT)
    async with client(make()) as http:
        for path in ("/health", "/health/ready", "/metrics"):
            assert (await http.get(path)).status_code == 200
    assert _requests(captured_logs) == []
    assert counted.value == 0


async def test_concurrent_requests_do_not_mix(captured_logs: Lines) -> None:
    """Two hundred requests at once, held until all are inside: each keeps its own id to the end."""
    inside, everybody = 0, asyncio.Event()

    async def meet(_: Any) -> None:
        nonlocal inside
        inside += 1
        if inside == 200:
            everybody.set()
        await everybody.wait()

    async with client(make(meet)) as http:
        answers = await asyncio.gather(
            *(http.get(f"/things/{n}", headers={"X-Request-ID": f"request-{n}"}) for n in range(200))
        )
    assert [a.json()["request_id"] for a in answers] == [f"request-{n}" for n in range(200)]
    assert {line["path"]: line["request_id"] for line in _requests(captured_logs)} == {
        f"/things/{n}": f"request-{n}" for n in range(200)
    }
    assert len({line["trace_id"] for line in _requests(captured_logs)}) == 200


async def test_a_stream_has_its_id_to_the_end(captured_logs: Lines) -> None:
    """The id is bound while the body is made, and the line is written after it."""
    async with client(make()) as http:
        response = await http.get("/things/stream/0", headers={"X-Request-ID": "stream-id"})
    assert response.text == "first stream-id"
    assert [line["status"] for line in _requests(captured_logs)] == [200]


async def test_a_stream_that_breaks_is_aborted(captured_logs: Lines) -> None:
    """After the first byte no other answer is possible: the connection breaks, and nobody counts a success."""
    counted = MetricDelta(
        COUNT, http_route="/things/stream/{fail}", http_response_status_code="200", error_type="RuntimeError"
    )
    with pytest.raises(RuntimeError, match="in the middle"):
        async with client(make()) as http:
            await http.get("/things/stream/1")
    (line,) = _requests(captured_logs)
    assert (line["status"], line["aborted"]) == (200, True)
    assert "http.crash" in [line["event"] for line in captured_logs]
    assert counted.value == 1


async def test_a_cancelled_request_is_aborted(captured_logs: Lines) -> None:
    """A request that is cancelled (its client is gone, the process stops) is recorded and stays cancelled."""
    counted = MetricDelta(
        COUNT, http_route="/things/{thing_id}", http_response_status_code="", error_type="aborted"
    )
    inside = asyncio.Event()

    async def hang(_: Any) -> None:
        inside.set()
        await asyncio.Event().wait()

    async with client(make(hang)) as http:
        task = asyncio.create_task(http.get("/things/1"))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [(line["status"], line["aborted"]) for line in _requests(captured_logs)] == [(0, True)]
    assert counted.value == 1
    assert metric_value("http_server_active_requests") == 0


async def test_a_client_that_leaves_is_no_crash(captured_logs: Lines) -> None:
    """Reading the body of a client that is gone is nobody's fault."""

    async def gone(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ClientDisconnect

    async def nothing(*_: Any) -> Any:
        return {}

    scope = {"type": "http", "headers": [], "path": "/x", "method": "POST", "scheme": "http"}
    await TelemetryMiddleware(gone, crashed)(scope, nothing, nothing)
    assert [line["event"] for line in captured_logs] == ["http.request"]
    assert captured_logs[0]["aborted"] is True


@pytest.mark.parametrize("parts", [[], [b"half"], [b"ha", b"lf"]])
async def test_a_body_that_breaks_off_is_aborted(captured_logs: Lines, parts: list[bytes]) -> None:
    """A framework makes a 400 of it; nobody is there to read that, and it was no bad request."""
    counted = MetricDelta(COUNT, http_request_method="POST", http_route="/things/body", error_type="aborted")
    messages = [*({"type": "http.request", "body": part, "more_body": True} for part in parts)]
    coming = iter([*messages, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    app = make()
    app.post("/things/body")(_take)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
    scope = {
        "type": "http", "method": "POST", "path": "/things/body", "headers": headers, "query_string": b"",
        "scheme": "http", "server": ("toy", 80), "client": ("c", 1), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    (line,) = _requests(captured_logs)
    assert (line["route"], line["status"], line["aborted"]) == ("/things/body", 0, True)
    assert (counted.value, sent) == (1, [])


async def _take(body: dict[str, Any]) -> None:
    """Take a body."""


async def test_other_scopes_pass() -> None:
    """Lifespan and websockets are not requests."""
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    unused: Any = None
    for kind in ("lifespan", "websocket"):
        await TelemetryMiddleware(app, crashed)({"type": kind}, unused, unused)
    assert seen == ["lifespan", "websocket"]
