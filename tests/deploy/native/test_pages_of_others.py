"""Prometheus and Alertmanager of the native run: what they answer to whom."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from console import upstream
from console.settings import Settings
from deploy.cli.drill_watch import active_alerts
from deploy.installation.layout import Layout
from deploy.native import alertmanager, console, prometheus
from tests.services.infrastructure import isolated_layout, running
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not shutil.which("prometheus-alertmanager"), reason="it is not installed")

STRANGER = {"Origin": "https://stranger.example"}
ALERT = "{alert: Test, expr: vector(1), for: 1s, labels: {severity: page, service: test}}"
RULE = f"groups: [{{name: test, rules: [{ALERT}]}}]"
EVERYTHING = {"name": "alertname", "value": ".+", "isRegex": True}
SILENCE = {"matchers": [EVERYTHING], "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """An installation in which both run, and one alert fires."""
    with isolated_layout() as layout:
        alertmanager.prepare(layout)
        prometheus.prepare(layout)
        rules = layout.conf / "prometheus" / "rules"
        for file in rules.iterdir():
            file.write_text(RULE if file.name == "alerts.yml" else "groups: []")
        with running(alertmanager.program(layout)), running(prometheus.program(layout)):
            yield layout


def test_prometheus_reaches_alertmanager(layout: Layout) -> None:
    """With the login: its metrics, and what it tells it."""
    query = {"query": 'up{job="alertmanager"} == 1'}
    asked = f"{layout.url('prometheus')}/api/v1/query"
    wait_for("metrics", lambda: httpx.get(asked, params=query).json()["data"]["result"])
    wait_for("the alert", lambda: active_alerts(layout) == {("Test", "test")})


def test_the_console_reaches_alertmanager(layout: Layout) -> None:
    """With what the native run tells it."""
    told = console.program(layout).environment
    settings = Settings(
        "127.0.0.1",
        0,
        prometheus_url="",
        traces_url="",
        alertmanager_url=told["ALERTMANAGER_URL"],
        alertmanager_authorization=told["ALERTMANAGER_AUTHORIZATION"],
        addresses={},
    )
    assert upstream.get(settings, "/api/v2/alerts")[0] == 200
    assert upstream.get(replace(settings, alertmanager_authorization=""), "/api/v2/alerts")[0] == 401


@pytest.mark.parametrize(
    ("method", "part", "path"),
    [
        ("GET", "prometheus", "/api/v1/query?query=up"),
        ("GET", "alertmanager", "/api/v2/status"),
        ("GET", "alertmanager", "/api/v2/alerts"),
        ("GET", "alertmanager", "/metrics"),
        ("OPTIONS", "alertmanager", "/api/v2/silences"),
    ],
)
def test_a_page_of_another_site_reads_nothing(layout: Layout, method: str, part: str, path: str) -> None:
    """A browser shows a page only what names its site, and asks before it sends JSON."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    headers = STRANGER | (asked if method == "OPTIONS" else {})
    answer = httpx.request(method, layout.url(part) + path, headers=headers)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.status_code == (401 if part == "alertmanager" else 200)


def test_nobody_silences_alerts_without_the_password(layout: Layout) -> None:
    """Neither a page nor another user of the machine."""
    address = f"{layout.url('alertmanager')}/api/v2/silences"
    body = json.dumps(SILENCE | {"createdBy": "me", "comment": "none"})
    for login in (None, ("glasshouse", ""), ("glasshouse", "wrong")):
        answer = httpx.post(address, content=body, headers={"Content-Type": "application/json"}, auth=login)
        assert answer.status_code == 401
