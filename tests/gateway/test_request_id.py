"""Request ids, and the access log that is searched by them."""

import re
import socket

import pytest

from tests.gateway.client import Client, Gateway

GENERATED = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("ident", ["abcdefgh", "A.b_c-12345", "x" * 64])
def test_good_id_is_kept(client: Client, ident: str) -> None:
    """A valid id goes to the service and back, in one header."""
    answer = client("GET", "/api/orders", x_request_id=ident)
    assert answer.all("X-Request-ID") == [ident]
    assert answer.json()["headers"]["x-request-id"] == ident


@pytest.mark.parametrize("ident", ["", "short", "x" * 65, "has a space", 'quote"quote', "ümlaut-ümlaut"])
def test_bad_id_is_replaced(client: Client, ident: str) -> None:
    """Anything else is replaced before a service or a log sees it."""
    answer = client("GET", "/api/orders", x_request_id=ident)
    (given,) = answer.all("X-Request-ID")
    assert GENERATED.fullmatch(given)
    assert answer.json()["headers"]["x-request-id"] == given


@pytest.mark.parametrize("path", ["/", "/nothing", "/images/products/1.svg", "/health"])
def test_own_answers_carry_an_id(client: Client, path: str) -> None:
    """What Nginx answers itself, errors included, has an id too."""
    assert client("GET", path, x_request_id="my-own-id").all("X-Request-ID") == ["my-own-id"]


def test_log_line_has_the_keys_of_the_platform(gateway: Gateway, client: Client) -> None:
    """One JSON object with ids, times as numbers and the upstream's part."""
    client("GET", "/api/orders/1?x=2", x_request_id="log-line-1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    entry = gateway.log("log-line-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", entry["timestamp"])
    expected = {
        "level": "info",
        "service": "gateway",
        "event": "http.request",
        "logger": "nginx",
        "trace_id": "a" * 32,
        "span_id": "b" * 16,
        "trace_flags": "01",
        "method": "GET",
        "path": "/api/orders/1",
        "status": 200,
        "upstream_status": "200",
        "limit": "PASSED",
        "remote_addr": client.address,
    }
    assert {key: entry[key] for key in expected} == expected
    assert isinstance(entry["duration_ms"], int)
    assert float(entry["upstream_duration"]) >= 0


def test_log_has_no_secrets_and_stays_valid(gateway: Gateway, client: Client) -> None:
    """Tokens and queries are absent; odd bytes do not break the line."""
    client(
        "GET",
        "/nothing?token=hidden1",
        authorization="Bearer hidden2",
        user_agent='evil "\\ \xff hidden3',
        traceparent='00-"}',
        x_request_id="log-line-2",
    )
    entry = gateway.log("log-line-2")
    assert entry["path"] == "/nothing"
    assert entry["user_agent"] == 'evil "\\ '
    assert re.fullmatch("[0-9a-f]{32}", entry["trace_id"])
    logs = b"".join(path.read_bytes() for path in gateway.folder.glob("*.log"))
    assert b"hidden" not in logs


def test_error_page_keeps_method_and_path_in_the_log(gateway: Gateway, client: Client) -> None:
    """An error made by Nginx is logged as what the client asked for."""
    client("POST", "/api/nothing", body=b"{}", x_request_id="log-line-3")
    entry = gateway.log("log-line-3")
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/nothing", 404)


def test_slow_request_is_logged_in_milliseconds(gateway: Gateway, client: Client) -> None:
    """The duration has no leading zeros and the right unit."""
    client("GET", "/api/users/profile", x_stub="slow", x_request_id="log-line-4")
    entry = gateway.log("log-line-4")
    assert 950 <= entry["duration_ms"] < 3000
    assert entry["level"] == "error"


@pytest.mark.parametrize("framing", ["Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{"])
def test_body_that_breaks_off_is_no_bad_request(gateway: Gateway, framing: str) -> None:
    """Its client went away and was answered nothing: 499, as for one that goes away later."""
    ident = f"half-{len(framing)}-body"
    head = f"POST /api/users/login HTTP/1.1\r\nHost: x\r\nX-Request-ID: {ident}\r\n{framing}"
    with socket.create_connection(("127.0.0.1", gateway.ports["HTTP_PORT"]), timeout=5) as connection:
        connection.sendall(head.encode())
    entry = gateway.log(ident)
    assert (entry["status"], entry["bytes"], entry["level"]) == (499, 0, "info")


def test_body_that_stalls_is_answered_nothing(gateway: Gateway) -> None:
    """The connection is closed without a byte, no service has begun, and the log counts no answer."""
    head = "POST /api/orders HTTP/1.1\r\nHost: x\r\nX-Request-ID: stalled-body\r\nContent-Length: 10\r\n\r\n{}"
    with socket.create_connection(("127.0.0.1", gateway.ports["HTTP_PORT"]), timeout=9) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096) == b""
    entry = gateway.log("stalled-body")
    assert (entry["status"], entry["bytes"]) == (499, 0)
    assert gateway.a.count("stalled-body") + gateway.b.count("stalled-body") == 0
