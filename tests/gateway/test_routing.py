"""Where a request goes, what it carries there, and what happens when a replica is broken."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway.client import Client, Gateway, until


@pytest.mark.parametrize(
    "path",
    [
        "/api/users/profile",
        "/api/products",
        "/api/products/1?sort=price",
        "/api/orders/user/7",
        "/api/payments/8",
        "/.well-known/jwks.json",
    ],
)
def test_routes_keep_their_path(client: Client, path: str) -> None:
    """A service sees the path and query that the client sent."""
    answer = client("GET", path)
    assert answer.status == 200
    assert answer.json()["target"] == path


@pytest.mark.parametrize("name", ["order", "order-service"])
def test_health_of_a_service_is_its_readiness(client: Client, name: str) -> None:
    """Both names of a service reach its readiness."""
    assert client("GET", f"/health/{name}").json()["target"] == "/health/ready"


def test_health_needs_no_service(client: Client) -> None:
    """The gateway's own health is static, and tells of this moment."""
    answer = client("GET", "/health")
    assert (answer.json(), answer.all("Cache-Control")) == ({"status": "ok"}, ["no-store"])


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_the_api_itself_leads_to_its_documents(client: Client, path: str) -> None:
    """By an address without a host: the client keeps that by which it came. Nothing can be written there."""
    answer = client("GET", path)
    assert (answer.status, answer.header("Location")) == (302, "/api/docs")
    assert client("POST", path, body=b"{}").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "/api/metrics",
        "/api/productsx",
        "/internal",
        "/internal/orders",
        "/health/ready",
        "/health/order/ready",
        "/nginx_status",
        "/.problem",
        "/.problem.html",
        "/.well-known/other",
        "/otlp",
        "/otlp/v1/metrics",
        "/images/",
        "/images/../nginx.conf",
    ],
)
def test_everything_else_is_hidden(gateway: Gateway, client: Client, path: str) -> None:
    """Paths that are not of the API are not found, and reach no service."""
    before = len(gateway.a.seen) + len(gateway.b.seen)
    answer = client("GET", path)
    assert answer.status == 404
    assert answer.json()["title"] == "Not Found"
    assert len(gateway.a.seen) + len(gateway.b.seen) == before


def test_client_cannot_claim_to_be_someone_else(client: Client) -> None:
    """Forwarding headers are the gateway's, never the client's."""
    seen = client(
        "GET",
        "/api/orders",
        x_forwarded_for="1.2.3.4",
        x_forwarded_proto="https",
        x_forwarded_host="evil.example",
        forwarded="for=1.2.3.4",
        x_request_start="t=1",
    )
    headers = seen.json()["headers"]
    assert headers["x-forwarded-for"] == client.address
    assert headers["x-forwarded-proto"] == "http"
    assert abs(float(headers["x-request-start"].removeprefix("t=")) - time.time()) < 60
    assert "x-forwarded-host" not in headers
    assert "forwarded" not in headers


def test_replicas_share_the_work(client: Client) -> None:
    """Both replicas of a service answer."""
    assert {client("GET", "/api/orders").json()["stub"] for _ in range(10)} == {"a", "b"}


def test_dead_replica_is_not_noticed(new_client: Callable[[], Client]) -> None:
    """One of two replicas refuses connections: reads and writes (not sent yet) go to the other."""
    assert {new_client()("GET", "/api/products").status for _ in range(6)} == {200}
    assert {new_client()("POST", "/api/products", body=b"{}").status for _ in range(6)} == {200}


@pytest.mark.parametrize(("wish", "status"), [("drop-a", 502), ("502-a", 502), ("504-a", 504)])
def test_read_is_repeated_at_another_replica_and_write_is_not(
    gateway: Gateway, client: Client, wish: str, status: int
) -> None:
    """Replica a takes each request and breaks the connection; or it is gone, as the proxy of a mesh says.

    A GET succeeds, a POST arrives exactly once.
    """
    in_rotation = (client("GET", "/api/payments/1").json()["stub"] == "a" for _ in until(10))
    assert any(in_rotation), "a failure before took it out, for two seconds"
    reads = [client("GET", "/api/payments/1", x_stub=wish, x_request_id=f"{wish}-read-{n:04}") for n in range(4)]
    assert {answer.status for answer in reads} == {200}
    assert any(gateway.a.count(f"{wish}-read-{n:04}") for n in range(4))
    for n in range(8):
        ident = f"{wish}-write-{n:04}"
        answer = client("POST", "/api/payments", body=b"{}", x_stub=wish, x_request_id=ident)
        assert gateway.a.count(ident) + gateway.b.count(ident) == 1
        assert answer.status == (status if gateway.a.count(ident) else 200)


def test_a_service_that_says_503_stays_in_the_rotation(client: Client) -> None:
    """A 503 of a service passes unchanged, and the next request is answered."""
    for _ in range(8):
        refused = client("GET", "/api/orders", x_stub="503")
        assert (refused.status, refused.json()["target"]) == (503, "/api/orders")
        assert refused.header("Retry-After") is None
    assert {client("GET", "/api/orders").json()["stub"] for _ in range(10)} == {"a", "b"}


def test_parallel_writes_pass_whole(gateway: Gateway, client: Client) -> None:
    """150 orders at once from one address all reach the service."""
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: client("POST", "/api/orders", body=b"{}"), range(150)))
    assert {answer.status for answer in answers} == {200}
