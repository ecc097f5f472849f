"""services.shared.protocol"""

import asyncio
import json

import pytest

from tests.services.support import listening

TRACE = "12345678901234567890123456789012"
IDS = f"X-Request-ID: from-the-gateway\r\ntraceparent: 00-{TRACE}-1234567890123456-01\r\nX-B: 1\r\n"


async def answer_to(sent: bytes) -> tuple[bytes, bytes]:
    """Head and body that a server of ours answers."""

    async def app(_scope: object, _receive: object, _send: object) -> None:
        raise AssertionError("what cannot be read reaches no app")

    async with listening(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(5):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return head, body


@pytest.mark.parametrize("header", ["X-A: \x01", "X-A: a\x7fb\x02", "X A: 1", ": 1", "X-A: a\x00"])
async def test_a_bad_header_is_a_problem(header: str) -> None:
    """With the ids that the gateway gave the request, which come before a client's own headers."""
    head, body = await answer_to(f"GET / HTTP/1.1\r\nHost: x\r\n{IDS}{header}\r\n\r\n".encode("latin-1"))
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert b"x-request-id: from-the-gateway" in head
    problem = json.loads(body)
    assert problem["status"] == 400
    assert (problem["requestId"], problem["traceId"]) == ("from-the-gateway", TRACE)


@pytest.mark.parametrize(
    "sent", [b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9\r\n\r\n"]
)
async def test_no_request_at_all_is_a_problem_too(sent: bytes) -> None:
    """With an id of its own."""
    head, body = await answer_to(sent)
    assert b"application/problem+json" in head
    assert len(json.loads(body)["requestId"]) == 32
