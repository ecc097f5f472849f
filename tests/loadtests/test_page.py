"""Pages of other sites do nothing with Locust's page."""

import pytest
from flask import Flask

from loadtests import page

OURS = "localhost:8089"


@pytest.fixture(scope="module")
def app() -> Flask:
    """One with the addresses of Locust's."""
    app = Flask("test")
    for path in ("/", "/swarm", "/stop"):
        app.add_url_rule(path, path, lambda: "done", methods=["GET", "POST"])
    page.guard(app)
    return app


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/", {"Sec-Fetch-Site": "cross-site"}, 200),
        ("GET", "/stop", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", "/swarm", {}, 200),
        ("POST", "/swarm", {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{OURS}"}, 200),
        ("POST", "/swarm", {"Origin": "https://stranger.example"}, 403),
        ("POST", "/swarm", {"Origin": "http://localhost:8080"}, 403),
        ("POST", "/", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", "/", {"Origin": "https://stranger.example"}, 403),
        ("GET", "/stop", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", "/stop", {"Sec-Fetch-Site": "same-site"}, 403),
        ("GET", "/", {"Host": "stranger.example:8089"}, 403),
        ("GET", "/", {"Host": "127.0.0.1:8089"}, 200),
        ("GET", "/", {"Host": "locust:8089"}, 200),
    ],
)
def test_only_its_own_pages_and_programs_start_and_stop_loads(
    app: Flask, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """And read results; a link may lead to the page."""
    answer = app.test_client().open(path, method=method, headers={"Host": OURS, **headers})
    assert answer.status_code == status
