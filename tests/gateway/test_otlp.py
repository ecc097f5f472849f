"""Spans of browsers on their way to the trace store."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.gateway.client import Client, Gateway
from tests.gateway.test_errors import assert_problem

PATH = "/otlp/v1/traces"
SPANS = json.dumps({"resourceSpans": []}).encode()
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_spans_reach_the_store(client: Client, kind: str) -> None:
    """JSON goes to the store's own path, whole."""
    answer = client("POST", PATH, body=SPANS, content_type=kind)
    assert answer.status == 200
    assert answer.json()["stub"] == "spans"
    assert answer.json()["target"] == "/v1/traces"
    assert answer.json()["headers"]["content-length"] == str(len(SPANS))


def test_nothing_of_the_person_reaches_the_store(client: Client) -> None:
    """Neither a token nor a cookie nor any other header of the browser."""
    answer = client("POST", PATH, body=SPANS, **JSON, authorization="Bearer x", cookie="a=b", user_agent="me")
    assert answer.json()["headers"].keys() == {"host", "content-type", "content-length"}


def test_a_refusal_of_the_store_names_the_spans(
    gateway: Gateway, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request was good HTTP; what the store refuses is its body."""
    monkeypatch.setattr(gateway.spans, "wish", "400")
    answer = client("POST", PATH, body=b"[]", **JSON)
    assert answer.status == 400
    assert "not spans" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post(gateway: Gateway, client: Client, method: str) -> None:
    """Nothing can be read or deleted there."""
    before = len(gateway.spans.seen)
    assert client(method, PATH, **JSON).status == 405
    assert len(gateway.spans.seen) == before


@pytest.mark.parametrize(
    "path", ["/otlp/v1/logs", "/otlp/v1/traces/", "/otlp/v1/traces/x", "/otlp/", "/v1/traces"]
)
def test_only_that_path(gateway: Gateway, client: Client, path: str) -> None:
    """The store's other paths do not exist."""
    before = len(gateway.spans.seen)
    assert client("POST", path, body=SPANS, **JSON).status in (404, 405)
    assert len(gateway.spans.seen) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": "text/plain"},
        {"content_type": "application/x-protobuf"},
        {"content_type": "application/jsonx"},
        {"content_type": "application/json", "content_encoding": "gzip"},
    ],
)
def test_only_json_is_taken(gateway: Gateway, client: Client, headers: dict[str, str]) -> None:
    """Anything else is 415: a form of another site cannot send it either."""
    before = len(gateway.spans.seen)
    assert_problem(client("POST", PATH, body=SPANS, **headers), 415)
    assert len(gateway.spans.seen) == before


def test_large_batch_is_413(client: Client) -> None:
    """64 KiB pass, one byte more does not."""
    assert client("POST", PATH, body=b"x" * 65536, **JSON).status == 200
    assert_problem(client("POST", PATH, body=b"x" * 65537, **JSON), 413)


def test_spans_have_a_limit_of_their_own(client: Client) -> None:
    """Past the burst 429 with Retry-After; what the customer does next is not slowed down."""
    answers = [client("POST", PATH, body=SPANS, **JSON) for _ in range(150)]
    assert Counter(answer.status for answer in answers)[200] >= 101
    assert_problem(answers[-1], 429)
    assert answers[-1].all("Retry-After") == ["5"]
    assert client("POST", "/api/orders", body=b"{}").status == 200
    assert client("GET", "/api/products").status == 200


def test_store_that_fails_is_a_problem_at_once(client: Client, gateway: Gateway) -> None:
    """A store that breaks off, is silent or says 503: the page learns no more than that, and soon."""
    gateway.spans.wish = "drop"
    assert_problem(client("POST", PATH, body=SPANS, **JSON), 502)
    gateway.spans.wish = "slow"
    assert_problem(client("POST", PATH, body=SPANS, **JSON), 504)
    gateway.spans.wish = "503"
    refused = client("POST", PATH, body=SPANS, **JSON)
    assert_problem(refused, 503)
    assert "trace store" in refused.json()["detail"]
    gateway.spans.wish = "200"
    assert client("POST", PATH, body=SPANS, **JSON).status == 200


def test_log_names_only_what_was_refused(gateway: Gateway, client: Client) -> None:
    """A batch that was taken leaves no line, a refused one does."""
    client("POST", PATH, body=SPANS, **JSON, x_request_id="spans-taken")
    client("POST", PATH, body=SPANS, content_type="text/plain", x_request_id="spans-refused")
    line = gateway.log("spans-refused")
    assert (line["path"], line["status"]) == (PATH, 415)
    assert "spans-taken" not in (gateway.folder / "gateway.log").read_text()
