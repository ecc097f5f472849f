"""Whatever the store holds or is asked, its API and `./shop trace` answer."""

import asyncio
import json
import random
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from deploy.cli.waterfall import trace_lines
from jaeger.spans import read_spans
from jaeger.tracebox import otlp, query, schema
from jaeger.tracebox.headers import OwnNames
from jaeger.tracebox.writer import Writer
from tests.jaeger.tracebox.process import EVER
from tests.jaeger.tracebox.test_export import span_json

WINDOW = "/api/v3/traces?query.startTimeMin=2000-01-01T00:00:00Z&query.startTimeMax=2100-01-01T00:00:00Z&"
CONSOLE = "http://localhost:3000"
TRACE, LARGEST = "5b8efff798038103d269b633813fc60c", str(2**64 - 1)
IDS = {"traceId": TRACE, "spanId": "0102030405060708"}


ONE = b'{"resourceSpans": [{"scopeSpans": [{"spans": [%s]}]}]}'


def ask(app: ASGIApp, path: str, host: str = "localhost", **params: str) -> httpx.Response:
    """One request to an application in this process; what it raises is raised here."""

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.get(path, params=params or None, headers={"host": host})

    return asyncio.run(asked())


def nested(depth: int) -> dict[str, Any]:
    """A list in a list in a list."""
    value: dict[str, Any] = {"stringValue": "deep"}
    for _ in range(depth):
        value = {"arrayValue": {"values": [value]}}
    return value


SPANS: dict[str, dict[str, Any]] = {
    "ids alone": {},
    "an empty key": {"attributes": [{"key": ""}]},
    "nothing in lists": {"attributes": [{}], "events": [{}], "links": [{}], "status": {}},
    "nulls": {name: None for name in span_json() if name not in IDS},
    "no value": {"attributes": [{"key": "a"}, {"key": "b", "value": {}}, {"key": "c", "value": None}]},
    "empty list and map": {
        "attributes": [{"key": "a", "value": {"arrayValue": {}}}, {"key": "b", "value": {"kvlistValue": {}}}]
    },
    "deep lists": {"attributes": [{"key": "a", "value": nested(25)}]},
    "the last nanosecond": {"startTimeUnixNano": LARGEST, "endTimeUnixNano": LARGEST},
    "an end of all times": {"startTimeUnixNano": "0", "endTimeUnixNano": LARGEST},
    "an end before the start": {"startTimeUnixNano": "9000000000", "endTimeUnixNano": "1"},
    "numbers as numbers": {"startTimeUnixNano": 1790000000000000000, "endTimeUnixNano": 1790000000000000001},
    "a kind as a word": {"kind": "SPAN_KIND_SERVER"},
    "an unknown kind": {"kind": 77},
    "an unknown status": {"status": {"code": 9}},
    "its own parent": {"parentSpanId": IDS["spanId"]},
    "odd numbers": {
        "attributes": [{"key": "a", "value": {"doubleValue": value}} for value in ("NaN", "Infinity", 1e308)]
    },
    "control characters": {
        "name": "\x00\x1b[2J\u202e",
        "attributes": [{"key": "\x1b", "value": {"stringValue": "\x07"}}],
    },
    "a link to nowhere": {"links": [{"traceId": "", "spanId": ""}, {"traceId": "ff"}]},
    "unknown members": {"invention": {"a": [1]}},
    "a large attribute": {"attributes": [{"key": "a", "value": {"stringValue": "x" * 2_000_000}}]},
}


def read_everywhere(database: Path, traces: set[str]) -> None:
    """Ask each route of the API, and read the answers as the CLI does."""
    app = query.build(database)
    paths = ["/api/v3/services", "/api/v3/operations?service=missing-service-name"]
    assert [ask(app, path).status_code for path in paths] == [200] * 2
    searches: list[dict[str, str]] = [
        {},
        {"query.attributes": '{"a": "b"}'},
        {"query.attributes": '{"shop.order.id": "o-1"}'},
    ]
    for wanted in searches:
        assert ask(app, "/api/v3/traces", **EVER, **wanted).status_code in (200, 404)
    for trace in traces:
        assert ask(app, f"/trace/{trace}").status_code in (200, 404)
        answer = ask(app, f"/api/v3/traces/{trace}")
        assert answer.status_code in (200, 404)
        if answer.status_code == 200 and (spans := list(read_spans(answer.json()["result"]["resourceSpans"]))):
            assert trace_lines(spans)


@pytest.mark.parametrize("name", SPANS)
def test_a_span_of_any_form_is_shown_or_refused(tmp_path: Path, name: str) -> None:
    """Stored and readable everywhere, or 400."""
    writer = Writer(schema.open_for_writing(tmp_path / "spans.sqlite"), 1000)
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [IDS | SPANS[name]]}]}]}).encode()
    try:
        writer.put(otlp.decode(body, otlp.JSON), 0)
    except otlp.BadBodyError:
        assert name in ("a link to nowhere", "nulls", "no value", "nothing in lists")
    writer.close()
    read_everywhere(tmp_path / "spans.sqlite", {TRACE})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{",
        b'{"resourceSpans": 1}',
        b'{"resourceSpans": [1]}',
        b'{"resourceSpans": {}}',
        ONE % b"{}",
        ONE % b'{"traceId": 1}',
        ONE % (b'{"traceId": "%s"}' % (b"a" * 31)),
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b'{"resourceSpans": [{"resource": {"attributes": [{"key": "\\ud800"}]}}]}',
    ],
)
def test_what_is_no_request_is_refused_or_empty(body: bytes) -> None:
    """Never an exception of another kind."""
    for kind in (otlp.JSON, otlp.PROTOBUF):
        with suppress(otlp.BadBodyError):
            otlp.decode(body, kind)


def test_readers_take_every_answer(tmp_path: Path) -> None:
    """10,000 answers of a store that is no store of ours: members missing, null, or of another kind."""
    chance = random.Random(10)
    odd: list[Any] = [
        None,
        0,
        -1,
        2**70,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "x",
        "1" * 5000,
        True,
        [],
        {},
        [None],
        [{}],
        [[]],
    ]

    def spoil(value: Any) -> Any:
        if chance.random() < 0.08:
            return chance.choice(odd)
        if isinstance(value, dict):
            return {key: spoil(item) for key, item in value.items() if chance.random() > 0.05}
        return [spoil(item) for item in value] if isinstance(value, list) else value

    named = {"attributes": [{"key": "service.name", "value": {"stringValue": "a"}}]}
    scopes = [{"spans": [span_json(), span_json(spanId="01" * 8)]}]
    whole = [{"resource": named, "scopeSpans": scopes}]
    for _ in range(10_000):
        document = spoil(whole)
        if spans := list(read_spans(document if isinstance(document, list) else [])):
            assert trace_lines(spans)


def test_damaged_rows_are_left_out(tmp_path: Path) -> None:
    """Bytes that are no span and no frame: the rest of the trace is shown."""
    path = tmp_path / "spans.sqlite"
    writer = Writer(schema.open_for_writing(path), 1000)
    spans = [span_json(spanId=f"{number + 1:016x}") for number in range(20)]
    writer.put(
        otlp.decode(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode(), otlp.JSON), 0
    )
    writer.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE span SET data = X'FFFFFF' WHERE id % 2")
    read_everywhere(path, {TRACE})
    with sqlite3.connect(path) as db:
        db.execute("UPDATE origin SET frame = X'FFFF', kind = 99")
    read_everywhere(path, {TRACE})
    with sqlite3.connect(path) as db:
        db.execute("UPDATE origin SET frame = X''")
        db.execute("DELETE FROM span WHERE id % 2 = 0")
    read_everywhere(path, {TRACE})


@pytest.fixture
def app(tmp_path: Path) -> ASGIApp:
    """An empty store."""
    schema.open_for_writing(tmp_path / "spans.sqlite").close()
    return query.build(tmp_path / "spans.sqlite", CONSOLE)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/traces?query.startTimeMin=0001-01-01T00:00:00%2B23:59&query.startTimeMax=9999-12-31T23:59:59-23:59",
        WINDOW + "query.attributes={%22a%22:%22\\ud800%22}",
        WINDOW + "query.attributes=" + "[" * 5000,
        WINDOW + "query.durationMin=" + "9" * 400 + "h",
        WINDOW + "query.searchDepth=" + "9" * 5000,
        "/api/v3/operations?service=%00&spanKind=%ff",
    ],
)
def test_no_question_is_a_500(app: ASGIApp, path: str) -> None:
    """What cannot be searched is said so."""
    assert ask(app, path, "evil.example").status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("path", "led"),
    [
        ("/", "/search"),
        ("/?service=a%20b", "/search?service=a%20b"),
        ("/search?tags=%7B%22a%22%3A%22b%22%7D&lookback=1h", "/search?tags=%7B%22a%22%3A%22b%22%7D&lookback=1h"),
        ("/trace/0af7651916cd43dd8448eb211c80319c", "/trace/0af7651916cd43dd8448eb211c80319c"),
        ("/dependencies?from=now-1h", "/dependencies?from=now-1h"),
        ("/trace/%0d%0aSet-Cookie:a=b", "/trace/%0d%0aSet-Cookie:a=b"),
        ("/trace/@evil.example", "/trace/@evil.example"),
    ],
)
def test_a_page_of_jaegers_is_the_consoles(app: ASGIApp, path: str, led: str) -> None:
    """Under the same path, whoever asks."""
    answer = ask(app, path, "evil.example")
    assert answer.status_code == 302
    assert answer.headers["location"] == CONSOLE + led


def test_without_a_console_there_are_no_pages(tmp_path: Path) -> None:
    """As beside a Grafana in a container."""
    schema.open_for_writing(tmp_path / "spans.sqlite").close()
    assert ask(query.build(tmp_path / "spans.sqlite"), "/search").status_code == 404


@pytest.mark.parametrize(
    "path", ["/search/", "/static", "/api/v3/services/", "/trace/1/", "/trace/..%2f1", "/metrics/", "/nothing"]
)
def test_no_answer_is_a_redirect(app: ASGIApp, path: str) -> None:
    """A slash too much is not found, and no address is built from the Host."""
    answer = ask(app, path, "evil.example")
    assert answer.status_code in (400, 404)
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/trace/1", "/api/v3/services", "/api/v3/traces/x", "/nothing", "/health"])
def test_security_headers_are_everywhere(app: ASGIApp, path: str) -> None:
    """Redirects, errors and the API: no frame, no guessing of types, nothing kept, nothing loaded."""
    headers = ask(app, path, "evil.example").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:16686", 200),
        ("127.0.0.1:16686", 200),
        ("[::1]:16686", 200),
        ("jaeger:16686", 200),
        ("10.0.0.1", 200),
        ("evil.example:16686", 421),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
    ],
)
def test_it_answers_to_its_own_names(tmp_path: Path, host: str, status: int) -> None:
    """A page of a stranger whose name leads here reads nothing."""
    schema.open_for_writing(tmp_path / "spans.sqlite").close()
    app = OwnNames(query.build(tmp_path / "spans.sqlite"), frozenset({"localhost", "jaeger"}))
    assert ask(app, "/api/v3/services", host).status_code == status
