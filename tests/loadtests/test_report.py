"""The page of a run: it stands alone, and nothing that was measured can run in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from loadtests.report import render
from tests.platform.chromium import headless_chromium

EVIL = '<script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>" onclick="alert(1)'


def results(text: str = "checkout") -> dict[str, Any]:
    """Of a ramp; every text in it is `text`."""
    return {
        "scenario": text,
        "seed": 7,
        "machine": text,
        "began": 1_700_000_000.0,
        "ended": 1_700_000_060.0,
        "failures": [text],
        "verdicts": [
            {"objective": text, "found": text, "held": True},
            {"objective": text, "found": text, "held": False},
        ],
        "moments": [
            {"at": 1_700_000_000.0 + s, "requests": s, "failures": 0, "p95": 9.5, "people": 3, "busy": 0.5}
            for s in range(600)
        ],
        "slowest": [
            {"journey": text, "trace": "ab" * 16, "seconds": 3.25, "at": 0.0, "problem": text},
            {"journey": text, "trace": text, "seconds": 1.0, "at": 0.0, "problem": ""},
        ],
        "requests": {text: {"requests": 1200, "failures": 0, "p50": 1, "p95": 2, "p99": 3}},
        "outcomes": {text: 12},
        "steps": [{"rate": 2.0, "requests": 9, "failures": 0, "p95": 80.0, "broken": [text]}],
        "saturation": [{"what": text, "share": 0.97, "rate": 4.0}, {"what": text, "share": 0.1, "rate": None}],
    }


class Parsed(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_says_what_was_wanted_found_and_slow() -> None:
    """With links to the slowest trace and to the dashboards of that very time, and a plot of each kind."""
    page = render(results(), "http://localhost:16686", "http://localhost:3000")
    links = [attributes["href"] for tag, attributes in Parsed(page).found if tag == "a"]
    assert f"http://localhost:16686/trace/{'ab' * 16}" in links
    assert "http://localhost:3000/d/glasshouse-checkout?from=1700000000000&to=1700000060000" in links
    assert len([tag for tag, _ in Parsed(page).found if tag == "svg"]) == 4
    for said in ("checkout: failed", "not reached", "1,200", "97%", "never", "Content-Security-Policy"):
        assert said in page
    assert max(len(way.split("L")) for way in re.findall(r'd="M([^"]+)"', page)) <= 150


@pytest.mark.parametrize("addresses", [("http://a", "http://b"), ("javascript:alert(1)", "javascript:alert(1)")])
def test_nothing_in_it_runs_or_is_fetched(addresses: tuple[str, str]) -> None:
    """Whatever the texts are that the run met: no script, no handler, no picture, no address of another kind."""
    found = Parsed(render(results(EVIL), *addresses)).found
    assert not {tag for tag, _ in found} & {"script", "img", "link", "iframe", "object", "image", "use"}
    attributes = [(key, value or "") for _, pairs in found for key, value in pairs.items()]
    assert not [key for key, _ in attributes if key.startswith("on")]
    assert all(value.startswith("http://") for key, value in attributes if key in ("href", "src"))


def test_a_telephone_shows_it() -> None:
    """What is wider than its screen, such as a table, moves by itself; the page does not."""
    with headless_chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.set_content(render(results(), "http://localhost:16686", "http://localhost:3000"))
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_run_without_a_past_has_no_plots() -> None:
    """One that was ended at once."""
    page = render({**results(), "moments": [], "slowest": [], "steps": [], "failures": []}, "", "")
    assert "Too short for a plot" in page
    assert "checkout: passed" in page
