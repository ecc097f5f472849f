"""What each path can do: HEAD, OPTIONS, Allow, and no redirect."""

import httpx
import pytest

from tests.services.shared.test_bodies import client as client

_ALLOWED = {
    "/api/things": "GET, HEAD, POST, OPTIONS",
    "/api/things/bare": "POST, OPTIONS",
    "/health": "GET, HEAD, OPTIONS",
    "/health/ready": "GET, HEAD, OPTIONS",
    "/metrics": "GET, HEAD, OPTIONS",
}


@pytest.mark.parametrize("path", _ALLOWED)
async def test_allow_is_complete(client: httpx.AsyncClient, path: str) -> None:
    """405 names every method of the path, whichever route comes first; OPTIONS says the same."""
    for method in ("DELETE", "PATCH", "TRACE", "BREW"):
        answer = await client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, _ALLOWED[path])
        assert answer.headers["content-type"] == "application/problem+json"
    answer = await client.options(path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, _ALLOWED[path], b"")


@pytest.mark.parametrize(
    "path", ["/api/things", "/api/things?limit=x", "/health", "/health/ready", "/openapi.json"]
)
async def test_head_is_get_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    """The same status and headers, its length among them."""
    got, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    own = {"x-request-id"}
    if got.is_success:
        assert {k: v for k, v in head.headers.items() if k not in own} == {
            k: v for k, v in got.headers.items() if k not in own
        }


async def test_head_of_what_only_takes(client: httpx.AsyncClient) -> None:
    """A path without GET has no HEAD."""
    assert (await client.head("/api/things/bare")).status_code == 405


@pytest.mark.parametrize("path", ["/api/things/", "/health/", "/api/things/bare/", "//api/things"])
async def test_no_redirect(client: httpx.AsyncClient, path: str) -> None:
    """A slash too much is another path; no address is built from a request."""
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        answer = await client.request(method, f"http://evil.example{path}", headers={"Host": "evil.example"})
        assert answer.status_code == 404
        assert "location" not in answer.headers
