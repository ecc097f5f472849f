"""The gateway's own errors lead to what happened, and to a page that says what they mean."""

import re
from collections.abc import Callable

import pytest

from services.shared.problems import ADDRESS, KINDS, Kind
from tests.gateway.client import Answer, Client, Gateway
from tests.gateway.raw import raw
from tests.gateway.test_errors import assert_problem

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-00"
SPANS = {"Content-Type": "text/plain"}
# A request for each error that Nginx makes by itself: status, method, path, further headers and body.
OWN: list[tuple[int, str, str, dict[str, str], bytes]] = [
    (404, "GET", "/api/nothing", {}, b""),
    (405, "TRACE", "/api/products", {}, b""),
    (405, "POST", "/api/docs", {}, b""),
    (413, "POST", "/api/orders", {}, b"x" * 65537),
    (415, "POST", "/otlp/v1/traces", SPANS, b"{}"),
    (502, "GET", "/api/users/profile", {"x-stub": "drop"}, b""),
    (504, "GET", "/api/users/profile", {"x-stub": "slow"}, b""),
]
# What ends before a whole header is read, or while it is.
RAW = {
    400: b"GET /%zz HTTP/1.1\r\nHost: x\r\n",
    414: b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n",
    431: b"GET / HTTP/1.1\r\nHost: x\r\n%sX-Large: " + b"x" * 9000 + b"\r\n",
    505: b"GET / HTTP/3.0\r\nHost: x\r\n",
}


def assert_traced(gateway: Gateway, answer: Answer, status: int, trace: str | None) -> None:
    """The document has the trace id of the log's line: the client's, or a new one where there was none."""
    assert_problem(answer, status)
    problem = answer.json()
    assert problem["traceId"] == gateway.log(problem["requestId"])["trace_id"]
    assert re.fullmatch("(?!0{32})[0-9a-f]{32}", problem["traceId"])
    assert trace is None or problem["traceId"] == trace


@pytest.mark.parametrize("sent", [None, PARENT, "00-nonsense"])
@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), OWN)
def test_error_has_the_trace_of_the_log(
    client: Client,
    status: int,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    sent: str | None,
) -> None:
    """Whether a client sends a trace, none, or something that is none."""
    given = {**headers, **({"traceparent": sent} if sent else {})}
    answer = client(method, path, body=body or None, **given)
    assert_traced(client.gateway, answer, status, TRACE if sent == PARENT else None)


@pytest.mark.parametrize("status", RAW)
def test_unread_request_has_a_trace(gateway: Gateway, status: int) -> None:
    """A request that Nginx gives up while it reads: without a trace of the client there is a new one."""
    port = gateway.ports["HTTP_PORT"]
    assert_traced(gateway, raw(port, RAW[status].replace(b"%s", b"") + b"\r\n"), status, None)


def test_limited_request_has_its_trace(new_client: Callable[[], Client]) -> None:
    """Also where a limit refuses before any service is asked."""
    client = new_client()
    answers = [client("POST", "/api/users/login", body=b"{}", traceparent=PARENT) for _ in range(23)]
    assert_traced(client.gateway, answers[-1], 429, TRACE)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_type_is_the_address_of_a_page(client: Client, kind: Kind) -> None:
    """The `type` of a document opens as a page that names it, for GET and HEAD, with an ETag to ask again."""
    address = kind.type
    answer = client("GET", address)
    assert (answer.status, answer.header("Content-Type")) == (200, "text/html; charset=utf-8")
    assert f"<h1>{kind.title}</h1>" in answer.body.decode()
    assert client("HEAD", address).status == 200
    assert client("GET", address, if_none_match=answer.header("ETag") or "").status == 304


def test_unknown_type_is_404(client: Client) -> None:
    """Only what is a kind has a page, and nothing else below it is reached."""
    for path in ("no-such-kind", "page.css.gz", "not-found/x", "UPPER"):
        assert_problem(client("GET", ADDRESS + path), 404)


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/", "/api/problems", "/api/problems/not-found"])
def test_pages_of_the_api_may_load_only_our_own(client: Client, path: str) -> None:
    """Scripts and styles are files of this site: nothing inline, no other host."""
    answer = client("GET", path)
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    (policy,) = answer.all("Content-Security-Policy")
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(rb"<style|<script>| style=|https?://", answer.body)


def test_document_is_served_as_json(client: Client) -> None:
    """The merged document: its type, compressed where that is wanted, kept and checked again by its ETag."""
    answer = client("GET", "/api/openapi.json")
    assert (answer.status, answer.header("Content-Type")) == (200, "application/json")
    assert answer.header("Cache-Control") == "no-cache"
    assert answer.json()["info"]["title"] == "Glasshouse API"
    assert client("HEAD", "/api/openapi.json").header("ETag") == answer.header("ETag")
    assert client("GET", "/api/openapi.json", if_none_match=answer.header("ETag") or "").status == 304
    assert_problem(client("PUT", "/api/openapi.json", body=b"{}"), 405)


def test_page_of_an_error_links_to_its_kind(client: Client) -> None:
    """Whoever opens an address that does not exist gets there, and sees both ids."""
    answer = client("GET", "/missing.html", accept="text/html", traceparent=PARENT)
    assert b'href="/api/problems/not-found"' in answer.body
    assert TRACE.encode() in answer.body
