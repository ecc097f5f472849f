"""Who is slowed down, and who is not."""

import socket
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from tests.gateway.client import LIMITS, Answer, Client, Gateway, exchange, until


def burst(client: Client, path: str, total: int, connections: int) -> Counter[int]:
    """Send `total` GETs over some connections at once, as ab does; answer the statuses."""

    def one(_: int) -> list[int]:
        connection = client.connect()
        try:
            return [exchange(connection, "GET", path).status for _ in range(total // connections)]
        finally:
            connection.close()

    with ThreadPoolExecutor(connections) as pool:
        return Counter(status for part in pool.map(one, range(connections)) for status in part)


def test_reads_are_generous(client: Client) -> None:
    """2000 reads over 50 connections from one address pass; a stub that is late on a busy machine is no limit."""
    found = burst(client, "/api/products", 2000, 50)
    assert found.keys() <= {200, 502, 504}
    assert found[200] > 1000
    assert found.total() == 2000


BY_TOKEN = {"authorization": "Bearer a.b.sig"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "counted"),
    [
        ("GET", "/api/products", {}, {"read_address": "address"}),
        ("GET", "/api/products", BY_TOKEN, {"read_address": "address", "read_token": "sig"}),
        ("POST", "/api/orders", BY_TOKEN, {"write_address": "address", "write_token": "sig"}),
        ("POST", "/api/users/login", BY_TOKEN, {"credential_address": "address"}),
        ("POST", "/otlp/v1/traces", {}, {"spans_address": "address", "spans_all": "all"}),
    ],
    ids=["read", "read with a token", "write", "login", "spans"],
)
def test_what_a_request_is_counted_by(
    gateway: Gateway,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    headers: dict[str, str],
    counted: dict[str, str],
) -> None:
    """Its address, its token, or all; and by nothing else, as an empty key is not counted."""
    monkeypatch.setattr(gateway.spans, "wish", "400")  # spans that the store takes leave no line in the log
    request_id = uuid.uuid4().hex
    client(method, path, body=b"{}", content_type="application/json", x_request_id=request_id, **headers)
    lines: list[str] = []
    for _ in until(5):
        lines = [line for line in (gateway.folder / "limit_keys").read_text().splitlines() if request_id in line]
        if lines:
            break
    keys = {name: key.replace("address", _logged(client.address)) for name, key in counted.items()}
    assert lines == [" ".join([request_id, *(f"{name}={keys.get(name, '')}" for name in LIMITS)])]


def _logged(address: str) -> str:
    """The four bytes of an address, as Nginx writes them."""
    readable = {byte: chr(byte) for byte in range(32, 127) if chr(byte) not in '"\\'}
    return "".join(readable.get(byte, f"\\x{byte:02X}") for byte in socket.inet_aton(address))


@pytest.mark.parametrize("path", ["/api/users/login", "/api/users/register", "/api/users/%6cogin"])
def test_login_is_strict_for_an_address(new_client: Callable[[], Client], path: str) -> None:
    """Past the burst an address gets 429 as a problem; another address is not touched."""
    client = new_client()
    answers = [client("POST", path, body=b"{}", x_request_id="limited-request") for _ in range(25)]
    assert [answer.status for answer in answers[:21]] == [200] * 21
    refused = answers[-1]
    assert refused.status == 429
    assert refused.header("Content-Type") == "application/problem+json"
    assert refused.all("Retry-After") == ["5"]
    assert refused.all("RateLimit-Policy") == ['"credential-address";q=20;w=20']
    assert refused.all("RateLimit") == ['"credential-address";r=0;t=5']
    assert answers[0].all("RateLimit") == []
    assert refused.all("X-Request-ID") == ["limited-request"]
    problem = refused.json()
    assert problem.keys() == {"type", "title", "status", "detail", "requestId", "traceId"}
    assert (problem["status"], problem["requestId"]) == (429, "limited-request")
    assert new_client()("POST", path, body=b"{}").status == 200
    assert client("GET", "/api/products").status == 200


def test_token_is_limited_whatever_the_address(new_client: Callable[[], Client]) -> None:
    """A token used from many addresses runs into its own limit; another token does not."""
    clients = [new_client() for _ in range(10)]

    def write(number: int) -> Answer:
        return clients[number % 10]("POST", "/api/orders", body=b"{}", authorization="Bearer one-token")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(write, range(300)))
    statuses = Counter(answer.status for answer in answers)
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.all("RateLimit-Policy") == ['"write-address";q=200;w=4, "write-token";q=200;w=10']
    assert refused.all("RateLimit") == ['"write-address";r=0;t=1, "write-token";r=0;t=1']
    assert refused.all("Retry-After") == ["1"]
    assert statuses[200] >= 201
    assert statuses[429] > 0
    assert clients[0]("POST", "/api/orders", body=b"{}", authorization="Bearer other").status == 200


def test_random_tokens_do_not_escape_the_address(client: Client) -> None:
    """A new token for each request does not help an address."""

    def write(number: int) -> int:
        return client("POST", "/api/orders", body=b"{}", authorization=f"Bearer {number}").status

    with ThreadPoolExecutor(10) as pool:
        assert Counter(pool.map(write, range(400)))[429] > 0


def test_limits_are_told_by_class(new_client: Callable[[], Client]) -> None:
    """Without a token a request can only run into the limit of its address; spans have limits of their own."""

    def refusal(path: str, total: int, **headers: str) -> Answer:
        client = new_client()
        with ThreadPoolExecutor(10) as pool:
            answers = pool.map(lambda _: client("POST", path, body=b"{}", **headers), range(total))
            return next(answer for answer in answers if answer.status == 429)

    write = refusal("/api/orders", 400)
    assert write.all("RateLimit-Policy") == ['"write-address";q=200;w=4']
    assert write.all("RateLimit") == ['"write-address";r=0;t=1']
    spans = refusal("/otlp/v1/traces", 200, content_type="application/json")
    assert spans.all("RateLimit-Policy") == ['"spans-address";q=100;w=10, "spans-all";q=500;w=10']
    assert spans.all("RateLimit") == ['"spans-address";r=0;t=5, "spans-all";r=0;t=5']


def test_limit_of_connections_has_its_own_policy(client: Client) -> None:
    """With 200 requests of an address at work the next is refused, and is told that no requests were counted."""
    half = b"POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{"
    with ExitStack() as waiting:
        for _ in range(220):  # those beyond the limit are refused themselves
            connection = waiting.enter_context(closing(client.connect()))
            connection.connect()
            connection.sock.sendall(half)
        for _ in until(5):
            answer = client("GET", "/api/products")
            if answer.status == 429:
                break
    assert answer.all("RateLimit-Policy") == ['"connections";q=200;qu="concurrent-requests"']
    assert answer.all("RateLimit") == ['"connections";r=0;t=1']
    assert answer.all("Retry-After") == ["1"]
