"""The shop's pages, assets and pictures, through the edge."""

import gzip
from dataclasses import replace

import pytest

from tests.gateway.client import Client, Gateway
from tests.gateway.conftest import PAGES
from tests.gateway.test_errors import assert_problem

PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@pytest.mark.parametrize("path", ["/", "/products/1", "/orders/0190a5c2-7e1b-7cc3-98c4-dc0c0c07398f?from=mail"])
def test_every_page_is_the_shop(client: Client, path: str) -> None:
    """A path without an extension answers the page, which is asked for each time and may load only our own."""
    answer = client("GET", path)
    assert (answer.status, answer.body) == (200, PAGES["index.html"].encode())
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert answer.all("Cache-Control") == ["no-cache"]
    (policy,) = answer.all("Content-Security-Policy")
    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == PAGE_POLICY
    unchanged = client("GET", path, if_none_match=answer.header("ETag") or "")
    assert unchanged.status == 304
    assert unchanged.all("Content-Security-Policy") == [policy]  # a browser applies it to what it has kept


@pytest.mark.parametrize(
    ("path", "kind"), [("index-4f2a9c01.js", "text/javascript"), ("index-77ab01ff.css", "text/css")]
)
def test_assets_stay_for_ever_and_travel_compressed(client: Client, path: str, kind: str) -> None:
    """The name of an asset is its version; the build has compressed it."""
    plain = client("GET", f"/assets/{path}")
    packed = client("GET", f"/assets/{path}", accept_encoding="gzip", via="1.1 some-proxy")
    assert (plain.header("Content-Encoding"), packed.header("Content-Encoding")) == (None, "gzip")
    assert plain.body == gzip.decompress(packed.body) == PAGES[f"assets/{path}"].encode()
    for answer in (plain, packed):
        assert answer.header("Content-Type") == f"{kind}; charset=utf-8"
        assert answer.all("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert "Accept-Encoding" in answer.all("Vary")


def test_pictures_are_cached_for_long(client: Client) -> None:
    """A product's picture is a static file with a type and a lifetime."""
    answer = client("GET", "/images/products/1.svg")
    assert answer.status == 200
    assert answer.header("Content-Type") == "image/svg+xml"
    assert answer.header("Cache-Control") == "public, max-age=604800"


@pytest.mark.parametrize(
    "path", ["/assets/old.js", "/assets/", "/images/products/999.svg", "/robots.txt", "/.state"]
)
def test_missing_file_is_404_and_never_the_page(client: Client, path: str) -> None:
    """What looks like a file is one or is not found; a 404 is not kept at all."""
    answer = client("GET", path)
    assert_problem(answer, 404)
    assert answer.all("Cache-Control") == ["no-store"]
    assert answer.all("Vary") == ["Origin, Accept"]


def test_page_learns_where_traces_are(client: Client) -> None:
    """The settings of this installation are JSON, never cached."""
    answer = client("GET", "/config.json")
    assert answer.header("Content-Type") == "application/json"
    assert answer.json() == {"jaegerUrl": "http://localhost:16686"}
    assert answer.header("Cache-Control") == "no-cache"


def test_browser_reads_errors_as_a_page(client: Client) -> None:
    """Whoever opens an address gets HTML with the request id; the API's answers stay JSON."""
    answer = client("GET", "/missing.html", accept="text/html,*/*;q=0.8", x_request_id="page-missing")
    assert answer.status == 404
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert b"<h1>Not Found</h1>" in answer.body
    assert b"page-missing" in answer.body
    assert_problem(client("GET", "/api/nothing", accept="text/html"), 404)
    assert_problem(client("GET", "/health/nothing", accept="text/html"), 404)


def test_shop_that_is_down_says_so(gateway: Gateway, client: Client) -> None:
    """Without the frontend a page is a readable 502, and the API works."""
    with gateway.frontend_down():
        page = client("GET", "/products/1", accept="text/html")
        assert page.status == 502
        assert b"<h1>Bad Gateway</h1>" in page.body
        assert page.all("Retry-After") == ["2"]
        assert_problem(client("GET", "/assets/index-4f2a9c01.js", accept="*/*"), 502)
        assert client("GET", "/api/orders").status == 200
    assert client("GET", "/").status == 200


def test_pages_need_no_gateway(gateway: Gateway, client: Client) -> None:
    """The frontend answers by itself on its own port: the gateway adds headers, no content."""
    direct = Client(replace(gateway, ports={"HTTP_PORT": gateway.ports["FRONTEND_PORT"]}), "127.0.0.1")
    assert direct("GET", "/cart").body == client("GET", "/cart").body
