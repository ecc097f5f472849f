"""Our server spans are those of opentelemetry-instrumentation-fastapi, attribute by attribute; where they are not,
it is written down here with the reason."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from observability.server_span import ServerSpans
from observability.testing import CapturedSpans
from tests.observability.apps import make

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "vendor=1"}
REQUESTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "plain": ("GET", "/things/7", {}),
    "query": ("GET", "/things/7?page=2&name=gr%C3%BC%C3%9Fe", {}),
    "path with other letters": ("GET", "/things/gr%C3%BC%C3%9Fe%20x", {}),
    "part of a trace": ("GET", "/things/7", PARENT),
    "a trace that is not recorded": ("GET", "/things/7", {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}),
    "no traceparent": ("GET", "/things/7", {"traceparent": "nonsense"}),
    "no user agent": ("GET", "/things/7", {"user-agent": ""}),
    "crawler": ("GET", "/things/7", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
    "HEAD": ("HEAD", "/things/7", {}),
    "not found": ("GET", "/nowhere/7", {}),
    "not allowed": ("DELETE", "/things/7", {}),
    "unknown method": ("BREW", "/nowhere", {}),
    "crash": ("POST", "/things/crash", {}),
    "stream": ("GET", "/things/stream/0", {}),
    "stream that breaks": ("GET", "/things/stream/1", {}),
    "asked for by another name": ("GET", "/things/7", {"host": "public.example:8443"}),
    "health": ("GET", "/health", {}),
    "metrics": ("GET", "/metrics", {}),
}


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        (b"shop.example:8443", ("shop.example", 8443)),
        (b"shop.example", ("shop.example", None)),
        (b"[2001:db8::1]:80", ("2001:db8::1", 80)),
        (b"[::1]", ("::1", None)),
        (b"shop.example:nonsense", ("shop.example:nonsense", None)),
        (b":80", (":80", None)),
        (b"x:" + b"9" * 300, ("x:" + "9" * 258, None)),
        (b"", ("10.0.0.5", 8000)),
        (None, ("10.0.0.5", 8000)),
    ],
)
async def test_which_server_was_asked(
    captured_spans: CapturedSpans, host: bytes | None, asked: tuple[str, int | None]
) -> None:
    """The one that the caller named, in whatever form; else the socket's address."""
    spans = ServerSpans()
    headers = [] if host is None else [(b"host", host)]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "server": ("10.0.0.5", 8000)}
    spans.end(spans.start(scope, "mine-1234"), "GET", "/", 200)
    attributes = dict(captured_spans.all[0].attributes or {})
    assert (attributes["server.address"], attributes.get("server.port")) == asked


def _client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("192.0.2.7", 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://shop.example:8080")


def _form(span: ReadableSpan) -> dict[str, Any]:
    """What can be compared of a span: all but its times and new ids."""
    return {
        "name": span.name,
        "kind": span.kind,
        "trace": f"{span.context.trace_id:032x}" if span.parent else "new",
        "parent": span.parent and span.parent.span_id,
        "state": span.context.trace_state.to_header(),
        "sampled": span.context.trace_flags.sampled,
        "status": span.status.status_code,
        "attributes": dict(span.attributes or {}),
        "exceptions": sorted({str((e.attributes or {})["exception.message"]) for e in span.events}),
        "links": len(span.links),
    }


async def _spans(app: FastAPI, case: str, captured: CapturedSpans) -> list[dict[str, Any]]:
    method, path, headers = REQUESTS[case]
    before = len(captured.all)
    async with _client(app) as http:
        await http.request(method, path, headers={"X-Request-ID": "mine-1234", **headers})
    return [_form(span) for span in captured.all[before:]]


def _expected(theirs: dict[str, Any], case: str) -> dict[str, Any]:
    """Their span as ours has to be: every difference that we want."""
    attributes = theirs["attributes"]
    # Ours only: what a request is found by.
    attributes["shop.request.id"] = "mine-1234"
    # The conventions: server.address is no address with a port; that is server.port.
    attributes["server.address"] = attributes["server.address"].split(":")[0]
    if case == "asked for by another name":
        # The conventions: the first of Forwarded, X-Forwarded-Host, :authority and Host. Theirs is the socket's
        # address, which is another one in each container, and not what the caller's own span says.
        attributes["server.address"], attributes["server.port"] = "public.example", 8443
    if case == "cancelled":
        # The metric of the request says so, too, and a span and its metric have the same `error.type`.
        attributes["error.type"] = "aborted"
    if case == "crash":
        # The conventions: the exception's full name where there is one, which says more than "500".
        attributes["error.type"] = "RuntimeError"
    if case == "stream that breaks":
        # Theirs ended before the exception was there, as a success.
        attributes["error.type"] = "RuntimeError"
    return theirs


@pytest.mark.parametrize("case", REQUESTS)
async def test_the_same_as_contrib(case: str, captured_spans: CapturedSpans) -> None:
    """Names, kinds, parents, status, exceptions and each attribute."""
    theirs = await _spans(make(ours=False, contrib=True), case, captured_spans)
    ours = await _spans(make(), case, captured_spans)
    assert ours == [_expected(span, case) for span in theirs]
    assert [span["kind"] for span in ours] == [SpanKind.SERVER] * len(ours)


async def test_a_cancelled_request(captured_spans: CapturedSpans) -> None:
    """Whoever leaves, or a stop of the process: a span without a status, and no error of ours."""

    async def cancelled(app: FastAPI) -> dict[str, Any]:
        async with _client(app) as http:
            task = asyncio.create_task(http.get("/things/1", headers={"X-Request-ID": "mine-1234"}))
            await inside.wait()
            inside.clear()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return _form(captured_spans.all[-1])

    inside = asyncio.Event()

    async def hang(_: Any) -> None:
        inside.set()
        await asyncio.Event().wait()

    theirs = await cancelled(make(hang, ours=False, contrib=True))
    assert await cancelled(make(hang)) == _expected(theirs, "cancelled")


async def test_theirs_in_place_of_ours(captured_spans: CapturedSpans) -> None:
    """With contrib switched on there is one span still, theirs, and it has the request id."""
    (span,) = await _spans(make(contrib=True), "plain", captured_spans)
    assert span["attributes"]["shop.request.id"] == "mine-1234"
    assert ":" in span["attributes"]["server.address"]
    (crash,) = await _spans(make(contrib=True), "crash", captured_spans)
    assert crash["exceptions"] == ["password=[redacted]"]


@pytest.mark.parametrize(
    "agent", ["python-locust/2.47", "wrk/4.1", "k6/1.0 (https://k6.io/)", "ApacheBench/2.3", "tax-loadtest"]
)
async def test_load_says_that_it_is_a_test(captured_spans: CapturedSpans, agent: str) -> None:
    """So that a search can leave it out."""
    async with _client(make()) as http:
        await http.get("/things/7", headers={"User-Agent": agent})
    assert (captured_spans.all[0].attributes or {})["user_agent.synthetic.type"] == "test"
