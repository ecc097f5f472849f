"""docs/shop.http, the collection for editors, is a purchase that works."""

import re
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.installation.layout import Layout
from tests.platform import http_file
from tests.waiting import LIMIT

pytestmark = pytest.mark.native
DOCS = Path(__file__).parents[2] / "docs"


def _send(session: http_file.Session, request: http_file.Request) -> httpx.Response:
    """Send it as its comment tells: once, or again while it answers a status, or until the order is in a state."""
    again = re.search(r"While it answers (\d{3})", request.comments)
    until = re.search(r'until "(\w+)" is "(\w+)"', request.comments)
    end = time.monotonic() + LIMIT
    while True:
        answer = session.send(request)
        waits = (again and answer.status_code == int(again[1])) or (until and answer.json()[until[1]] != until[2])
        if not waits:
            return answer
        assert time.monotonic() < end, (request.title, answer.text)
        time.sleep(float(answer.headers.get("Retry-After", 0.1)))


@pytest.mark.parametrize("editor", ["shop.http", "shop.jetbrains.http"])
def test_collection_is_a_purchase(platform: Layout, editor: str) -> None:
    """Each request answers what its comment says; with JetBrains, two of them come from its own file."""
    file = http_file.read(DOCS / "shop.http")
    own = {request.title: request for request in http_file.read(DOCS / editor).requests}
    unique = uuid4().hex
    given = {"shop": platform.url("gateway"), "email": f"{unique}@example.com", "attempt": unique, "trace": unique}
    with httpx.Client(trust_env=False, timeout=LIMIT) as client:
        session = http_file.Session(client, file.variables | given)
        for request in file.requests:
            request = own.get(request.title, request)
            answer = _send(session, request)
            assert answer.status_code in request.statuses, (request.title, answer.text)
            if kind := re.search(r"of type ([a-z-]+)", request.comments):
                assert answer.json()["type"] == f"/api/problems/{kind[1]}", request.title


def test_both_files_send_the_same() -> None:
    """What JetBrains' file repeats is the same request with the same variables; scripts keep what others use."""
    file, other = http_file.read(DOCS / "shop.http"), http_file.read(DOCS / "shop.jetbrains.http")
    assert other.variables.items() <= file.variables.items()
    by_title = {request.title: request for request in file.requests}
    for request in other.requests:
        same = by_title[request.title]
        assert (request.method, request.url, request.headers) == (same.method, same.url, same.headers)
        assert (request.body, request.comments) == (same.body, same.comments)
    kept = {name: f"{{{{{r.name}.response.body.$.{m}}}}}" for r in other.requests for name, m in r.kept.items()}
    assert kept.items() <= file.variables.items()
