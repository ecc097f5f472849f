"""Measures first visits of the shop's pages in Chromium: `python -m tests.platform.measure [address]`.

Needs requirements/dev.txt and a running shop. The largest contentful paint and the layout shift are the browser's
own records, the median of some visits with an empty cache; JavaScript is counted as it travels.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from deploy.installation.layout import Layout
from tests.platform.chromium import headless_chromium

PAGES = ("/", "/products/7", "/cart", "/login")
VISITS = 5
_SETTLED_MS = 2_500  # by then the exporter of tracing is loaded too, and counted
_RECORD = """
window.measured = {lcp: 0, cls: 0};
const watch = (type, take) =>
    new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
watch("largest-contentful-paint", entry => { window.measured.lcp = entry.startTime; });
watch("layout-shift", entry => { if (!entry.hadRecentInput) window.measured.cls += entry.value; });
"""


@dataclass(frozen=True)
class Visit:
    """One visit. script, everything: bytes of bodies as they were sent; lcp: ms; cls: a score without unit."""

    script: int
    everything: int
    requests: int
    foreign: int
    lcp: float
    cls: float


def visit(browser: Browser, address: str) -> Visit:
    """Open the address as somebody who has never been there."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        answers: list[Response] = []
        page = context.new_page()
        page.add_init_script(_RECORD)
        page.on("response", lambda answer: answers.append(answer))
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(_SETTLED_MS)
        sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
        measured = page.evaluate("window.measured")
        return Visit(
            script=sum(size for url, size in sizes.items() if urlsplit(url).path.endswith(".js")),
            everything=sum(sizes.values()),
            requests=len(answers),
            foreign=sum(urlsplit(url).netloc != urlsplit(address).netloc for url in sizes),
            lcp=measured["lcp"],
            cls=measured["cls"],
        )


def main(arguments: list[str]) -> None:
    """Print a line for each page."""
    shop = arguments[0] if arguments else f"http://localhost:{Layout.from_environment().port('gateway')}"
    _line("page", "script KB", "all KB", "requests", "foreign", "LCP ms", "CLS")
    with headless_chromium() as browser:
        for path in PAGES:
            visits = [visit(browser, shop + path) for _ in range(VISITS)]
            last = visits[-1]
            _line(
                path,
                f"{last.script / 1000:.1f}",
                f"{last.everything / 1000:.1f}",
                str(last.requests),
                str(last.foreign),
                f"{statistics.median(v.lcp for v in visits):.0f}",
                f"{statistics.median(v.cls for v in visits):.3f}",
            )


def _line(page: str, *numbers: str) -> None:
    print(f"{page:14}" + "".join(f"{number:>11}" for number in numbers))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
