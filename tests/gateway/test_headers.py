"""Security headers, CORS and TLS."""

import json
import re
import ssl
from dataclasses import replace
from http.client import HTTPSConnection

import pytest

from tests.gateway.client import ALLOWED_ORIGIN, ROOT, Client, Gateway, exchange

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/api/orders", "/images/products/1.svg", "/api/nothing", "/nothing.js", "/health"]
)
def test_security_headers_are_everywhere_and_once(client: Client, path: str) -> None:
    """Static, proxied and failed answers have them, also where the service sets its own."""
    answer = client("GET", path)
    for name, value in SECURITY.items():
        assert answer.all(name) == [value]
    assert answer.header("Server") == "nginx"
    assert answer.header("Strict-Transport-Security") is None
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("/api/orders/1", True),
        ("http://evil.example/api/orders/1", False),
        ("http://127.0.0.1/api/orders/", False),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("orders/1", False),
    ],
)
def test_location_is_a_path_or_nothing(client: Client, location: str, kept: bool) -> None:
    """Whatever a service answers, a client is sent nowhere but to a path of this site."""
    for status in ("201", "301", "307", "308"):
        answer = client("GET", "/api/orders", x_stub=status, x_stub_location=location)
        assert answer.status == int(status)
        assert answer.all("Location") == ([location] if kept else [])


def test_preflight_of_an_allowed_origin_is_answered_here(gateway: Gateway, client: Client) -> None:
    """204 with what is allowed; no service is asked."""
    answer = client(
        "OPTIONS",
        "/api/orders",
        origin=ALLOWED_ORIGIN,
        access_control_request_method="POST",
        x_request_id="preflight-1",
    )
    assert (answer.status, answer.body) == (204, b"")
    assert answer.all("Access-Control-Allow-Origin") == [ALLOWED_ORIGIN]
    assert answer.header("Access-Control-Allow-Credentials") == "true"
    assert "PUT" in (answer.header("Access-Control-Allow-Methods") or "")
    assert "idempotency-key" in (answer.header("Access-Control-Allow-Headers") or "")
    assert answer.header("Access-Control-Max-Age") == "3600"
    assert "Origin" in answer.all("Vary")
    assert gateway.a.count("preflight-1") + gateway.b.count("preflight-1") == 0


@pytest.mark.parametrize("path", ["/api/orders", "/nothing"])
def test_allowed_origin_may_read_answers(client: Client, path: str) -> None:
    """The actual request, and its errors, can be read by the page."""
    answer = client("GET", path, origin=ALLOWED_ORIGIN)
    assert answer.all("Access-Control-Allow-Origin") == [ALLOWED_ORIGIN]
    assert "X-Request-ID" in (answer.header("Access-Control-Expose-Headers") or "")
    assert answer.header("Access-Control-Allow-Methods") is None


def test_allowed_origin_may_read_every_header_of_the_document(client: Client) -> None:
    """Those that no page may read unless they are named (Fetch: few are), and `Allow` of an error."""
    document = json.loads((ROOT / "frontend" / "public" / "api" / "openapi.json").read_text())
    answer = client("GET", "/api/orders", origin=ALLOWED_ORIGIN)
    exposed = (answer.header("Access-Control-Expose-Headers") or "").split(", ")
    assert {*document["components"]["headers"], "Allow"} - {"Cache-Control"} == set(exposed)


@pytest.mark.parametrize("origin", ["https://evil.example", f"{ALLOWED_ORIGIN}.evil.example", "null", "*"])
def test_other_origins_get_no_cors_headers(client: Client, origin: str) -> None:
    """Neither for a preflight nor for a request."""
    for method in ("OPTIONS", "GET"):
        answer = client(method, "/api/orders", origin=origin, access_control_request_method="POST")
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


def test_tls_serves_the_same_api(gateway: Gateway) -> None:
    """TLS 1.2 and 1.3, the service told so, and HSTS, which localhost is spared."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=gateway.folder / "tls.crt")
        context.minimum_version = context.maximum_version = version
        connection = HTTPSConnection("localhost", gateway.ports["HTTPS_PORT"], timeout=5, context=context)
        local = exchange(connection, "GET", "/api/orders")
        named = exchange(connection, "GET", "/api/orders", headers={"Host": "shop.example"})
        connection.close()
        assert local.json()["headers"]["x-forwarded-proto"] == "https"
        assert local.header("Strict-Transport-Security") is None
        assert named.header("Strict-Transport-Security") == "max-age=31536000"


def test_tls_offers_http2(gateway: Gateway) -> None:
    """A client that asks for h2 gets it."""
    context = ssl.create_default_context(cafile=gateway.folder / "tls.crt")
    context.set_alpn_protocols(["h2", "http/1.1"])
    connection = HTTPSConnection("localhost", gateway.ports["HTTPS_PORT"], timeout=5, context=context)
    connection.connect()
    assert isinstance(connection.sock, ssl.SSLSocket)
    assert connection.sock.selected_alpn_protocol() == "h2"
    connection.close()


def test_status_page_is_only_on_its_own_port(gateway: Gateway, client: Client) -> None:
    """The metrics exporter reads stub_status there."""
    private = Client(replace(gateway, ports={"HTTP_PORT": gateway.ports["STATUS_PORT"]}), "127.0.0.1")
    assert b"Active connections" in private("GET", "/nginx_status").body
    assert client("GET", "/nginx_status").status == 404


def test_readme_names_every_placeholder() -> None:
    """Whoever renders the templates finds all placeholders in the README."""
    templates = [*(ROOT / "gateway").glob("*.template"), *(ROOT / "frontend").glob("*.template")]
    text = "".join(path.read_text() for path in templates)
    readme = (ROOT / "gateway/README.md").read_text()
    assert {name for name in re.findall(r"\$\{([A-Z_]+)\}", text) if f"`{name}`" not in readme} == set()


PARTS = (
    *("/api/users", "/api/products", "/api/orders", "/api/payments", "/.well-known/jwks.json", "/health"),
    *("/health/order", "/otlp/v1/traces", "/metrics", "/", "/products", "/assets", "/images", "/images/products"),
    *("/index.html", "/config.json", "/assets/index-4f2a9c01.js"),
)


@pytest.mark.parametrize("path", PARTS)
def test_no_address_is_made_of_a_request(client: Client, path: str) -> None:
    """With one slash, two, or none at the end: no redirect, and a foreign Host comes back nowhere."""
    for asked in (path, f"{path}/", f"{path}//", f"/{path}", f"{path}/.", f"{path}/?x=//evil.example"):
        answer = client("GET", asked, host="evil.example", x_forwarded_host="evil.example")
        assert not 300 <= answer.status < 400
        assert answer.all("Location") == []
        if answer.header("Content-Type") != "application/json":  # the stub of a service tells what it was sent
            assert b"evil.example" not in answer.body
        assert "evil.example" not in str(answer.headers)
