"""Requests whose clients vanish, through uvicorn and over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from observability.testing import MetricDelta
from services.shared.app import create_app
from services.shared.bodies import Router
from services.shared.schemas import Schema
from tests.services.support import listening, until

HEAD = b"POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BROKEN_OFF = {
    "of the declared length, nothing": HEAD + b"Content-Length: 20\r\n\r\n",
    "of the declared length, a part": HEAD + b'Content-Length: 20\r\n\r\n{"name":"l',
    "of the declared length, all but a byte": HEAD + b'Content-Length: 15\r\n\r\n{"name":"lamp"',
    "chunks without an end": HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"nam\r\n',
    "all chunks but the last": HEAD + b'Transfer-Encoding: chunked\r\n\r\nf\r\n{"name":"lamp"}\r\n',
    "within a chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"nam',
}
router = Router(prefix="/api/things")


class Thing(Schema):
    """A body."""

    name: str


@router.post("", status_code=201)
async def add(body: Thing) -> Thing:
    """Take a body."""
    return body


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where a service with that route listens."""

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield

    app = create_app("broken", lifespan=lifespan, routers=[router], required={}, optional={}, store_errors=[])
    async with listening(app) as port:
        yield port


@pytest.mark.parametrize("rude", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize("sent", BROKEN_OFF.values(), ids=BROKEN_OFF.keys())
async def test_half_a_body_is_aborted(
    port: int, captured_logs: list[dict[str, Any]], sent: bytes, rude: bool
) -> None:
    """One line and one observation, as aborted: it is neither a bad request nor our error."""
    aborted = {"http_request_method": "POST", "http_route": "/api/things", "error_type": "aborted"}
    delta = MetricDelta("http_server_request_duration_seconds_count", **aborted)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    if rude:
        writer.transport.abort()
    else:
        writer.close()

    async def told() -> list[dict[str, Any]] | None:
        return [line for line in captured_logs if line["event"] == "http.request"] or None

    (line,) = await until(told)
    assert (line["status"], line["aborted"], line["level"]) == (0, True, "info")
    assert delta.value == 1
    assert [one for one in captured_logs if one["level"] in ("warning", "error", "critical")] == []
