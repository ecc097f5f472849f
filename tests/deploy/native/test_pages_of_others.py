"""Prometheus of the native run: a page of another site reads no metrics."""

import shutil
from collections.abc import Iterator

import httpx
import pytest

from deploy.installation.layout import Layout
from deploy.native import prometheus
from tests.services.infrastructure import isolated_layout, running

pytestmark = pytest.mark.skipif(not shutil.which("prometheus"), reason="it is not installed")

ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """An installation in which it runs."""
    with isolated_layout() as layout:
        prometheus.prepare(layout)
        with running(prometheus.program(layout)):
            yield layout


@pytest.mark.parametrize("origin", ["https://stranger.example", "http://localhost.stranger.example", "null"])
def test_a_page_of_another_site_reads_nothing(layout: Layout, origin: str) -> None:
    """A browser shows a page only what names its site; the pages of Prometheus itself are named."""
    query = f"{layout.url('prometheus')}/api/v1/query?query=up"
    assert ALLOWED not in httpx.get(query, headers={"Origin": origin}).headers
    own = f"http://localhost:{layout.port('prometheus')}"
    assert httpx.get(query, headers={"Origin": own}).headers[ALLOWED] == own
