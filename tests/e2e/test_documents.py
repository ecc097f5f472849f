"""The addresses in the documents are answered by the platform."""

import re

import httpx
import pytest

from deploy.installation.layout import PORTS, Layout
from tests.docs.documents import code, documents

pytestmark = pytest.mark.native

NAMES = {port: name for name, port in PORTS.items()}
OF_THE_LESSON = "/api/toys"  # CONTRIBUTING.md adds this service; tests/docs/test_contributing.py follows it
ADDRESS = re.compile(r"localhost:(?P<port>\d+)(?P<path>/[^\s'\"`<>$]*)(?![<$])")


def test_every_address_is_answered(platform: Layout) -> None:
    """What a reader opens or asks exists: no 404 (unless a method other than GET is meant), no failure."""
    asked = {}
    for document in documents():
        for piece in code(document):
            if "curl -" in piece.text and ("POST" in piece.text or "PUT" in piece.text):
                continue
            for found in ADDRESS.finditer(piece.text):
                if found["path"] != OF_THE_LESSON:
                    asked[piece.place] = (NAMES.get(int(found["port"])), found["path"])
    assert len(asked) >= 3
    for place, (name, path) in asked.items():
        if name is None or name == "locust":  # a container's own; `./shop load --ui` alone has it
            continue
        answer = httpx.get(f"{platform.url(name)}{path}", follow_redirects=True)
        fine = {401} | ({503} if path.startswith("/health/") else set())  # which says who is not ready
        assert answer.status_code < 400 or answer.status_code in fine, (place, path, answer.status_code)
