"""Errors made by Nginx have the form of the services' own."""

import socket

import pytest

from services.shared.problems import ADDRESS, KINDS
from tests.gateway.client import Answer, Client, Gateway


def assert_problem(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert answer.header("Content-Type") == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "requestId", "traceId"}
    assert problem["status"] == status
    kind = KINDS[problem["type"].removeprefix(ADDRESS)]
    assert (problem["type"], problem["title"], problem["status"]) == (kind.type, kind.title, kind.status)
    assert answer.all("X-Request-ID") == [problem["requestId"]]
    assert answer.all("X-Content-Type-Options") == ["nosniff"]
    assert answer.all("Cache-Control") == ["no-store"]


def test_broken_connection_is_502(client: Client) -> None:
    """A service that breaks off."""
    answer = client("GET", "/api/users/profile", x_stub="drop", traceparent=f"00-{'c' * 32}-{'d' * 16}-01")
    assert_problem(answer, 502)
    assert answer.json()["traceId"] == "c" * 32
    assert answer.all("Retry-After") == ["2"]


def test_silent_service_is_504(client: Client) -> None:
    """A service that does not answer in time."""
    assert_problem(client("GET", "/api/users/profile", x_stub="slow"), 504)


def test_large_body_is_413(client: Client) -> None:
    """64 KiB pass, one byte more does not."""
    assert client("POST", "/api/orders", body=b"x" * 65536).status == 200
    assert_problem(client("POST", "/api/orders", body=b"x" * 65537), 413)


def test_long_line_is_414(client: Client) -> None:
    """A request line beyond 8 KiB."""
    assert_problem(client("GET", "/api/products?q=" + "x" * 9000), 414)


def test_large_header_is_431(client: Client) -> None:
    """A header beyond 8 KiB."""
    assert_problem(client("GET", "/api/products", x_large="x" * 9000), 431)


def test_wrong_method_is_405(client: Client) -> None:
    """A picture cannot be changed, and TRACE is no method here."""
    assert_problem(client("PUT", "/images/products/1.svg", body=b""), 405)
    assert_problem(client("TRACE", "/api/products"), 405)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/otlp/v1/traces", ["POST"]),
        ("DELETE", "/health", ["GET, HEAD"]),
        ("OPTIONS", "/health", ["GET, HEAD"]),
        ("PUT", "/", ["GET, HEAD"]),
        ("BREW", "/images/products/1.svg", ["GET, HEAD"]),
        ("PUT", "/api/docs", ["GET, HEAD"]),
        ("PUT", "/api/openapi.json", ["GET, HEAD"]),
        ("DELETE", "/api/problems/not-found", ["GET, HEAD"]),
        ("POST", "/api", ["GET, HEAD"]),
        ("DELETE", "/api/", ["GET, HEAD"]),
        ("PUT", "/apiary", ["GET, HEAD"]),
        ("BREW", "/api/products", []),
        ("BREW", "/health/order", []),
    ],
)
def test_405_says_what_is_allowed(client: Client, method: str, path: str, allowed: list[str]) -> None:
    """Where the edge knows it: only a service knows the methods of its paths, and gets no method that is none."""
    answer = client(method, path)
    assert_problem(answer, 405)
    assert answer.all("Allow") == allowed


def test_415_says_what_is_taken(client: Client) -> None:
    """As the services do."""
    answer = client("POST", "/otlp/v1/traces", body=b"{}", content_type="text/plain")
    assert_problem(answer, 415)
    assert answer.all("Accept") == ["application/json"]


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_malformed_request_is_400(gateway: Gateway, sent: bytes) -> None:
    """Not HTTP, no Host, a broken escape: the same form."""
    with socket.create_connection(("127.0.0.1", gateway.ports["HTTP_PORT"]), timeout=5) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().splitlines()
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    assert_problem(Answer(int(lines[0].split()[1]), headers, body), 400)
