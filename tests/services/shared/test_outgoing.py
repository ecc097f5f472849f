"""Requests to other programs: traced, and read up to a limit, whatever the answer is."""

from collections.abc import AsyncIterator

import httpx
import pytest
from opentelemetry.trace import SpanKind

from observability.testing import CapturedSpans
from services.shared.outgoing import Outgoing, TooLargeError


class _Stream(httpx.AsyncByteStream):
    """Parts without an end."""

    def __init__(self) -> None:
        self.given = 0
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.given += 1
            yield bytes(2**16)

    async def aclose(self) -> None:
        self.is_closed = True


async def test_an_answer_is_read_whole(captured_spans: CapturedSpans) -> None:
    """Its status and its content are there; the span is named by the template."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404, json={"id": 1})

    outgoing = Outgoing("things", timeout=1, transport=httpx.MockTransport(answer))
    found = await outgoing.send(
        "POST", "http://things/7", template="/{id}", headers={"X-A": "b"}, params={"c": "d"}, json={"e": "f"}
    )
    await outgoing.close()
    assert (found.status_code, found.json()) == (404, {"id": 1})
    assert (seen[0].headers["x-a"], str(seen[0].url), seen[0].content) == (
        "b",
        "http://things/7?c=d",
        b'{"e":"f"}',
    )
    (span,) = captured_spans.all
    assert (span.kind, span.name) == (SpanKind.CLIENT, "POST /{id}")


async def test_a_redirect_is_not_followed() -> None:
    """Nothing is asked of an address that a peer names."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://elsewhere/"})

    outgoing = Outgoing("things", timeout=1, transport=httpx.MockTransport(answer))
    assert (await outgoing.send("GET", "http://things/", template="/")).status_code == 302
    assert hosts == ["things"]


async def test_an_answer_without_an_end_is_not_read() -> None:
    """It is given up at the limit, and its connection is given back."""
    stream = _Stream()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=stream))
    with pytest.raises(TooLargeError):
        await Outgoing("things", timeout=1, transport=transport).send("GET", "http://things/", template="/")
    assert stream.is_closed
    assert stream.given == 17
