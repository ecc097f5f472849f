"""The pictures of docs/tour.md: `python -m tests.platform.tour_pictures [folder]`, while the native run is up.

Does what the lessons say, and takes a picture of what they lead to. Needs what ./shop test installs.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from deploy.cli import urls, ways
from deploy.cli.lessons.commands import Commands
from deploy.cli.lessons.traces import purchase
from deploy.installation.layout import CHECKOUT, Layout
from deploy.operations.installation import Installation
from tests.platform.chromium import headless_chromium
from tests.waiting import wait_for

__all__ = ["main"]

_IMAGES = CHECKOUT / "docs" / "images"
_PATIENCE = 120_000  # milliseconds: an alert waits until something lasts
_DRAWN = 3000


def main(arguments: list[str]) -> None:
    """Take all of them."""
    folder = Path(arguments[0]) if arguments else _IMAGES
    installation = ways.of(Layout.from_environment())
    with _page() as page, Commands(installation) as commands:
        _waterfall(page, installation, commands, folder / "tour-waterfall.png")
        _exemplar(page, installation, commands, folder / "tour-exemplar.png")
        _alert(page, installation, commands, folder / "tour-alert.png")
    with _page() as page, Commands(installation) as commands:
        _budget(page, installation, commands, folder / "tour-budget.png")


@contextmanager
def _page() -> Iterator[Page]:
    with headless_chromium() as browser:
        yield browser.new_page(viewport={"width": 1100, "height": 640})


def _waterfall(page: Page, installation: Installation, commands: Commands, file: Path) -> None:
    commands.here(["buy"])
    root = wait_for("its spans", lambda: purchase(installation.layout))[0]
    page.goto(f"{urls.collect(installation)['jaeger']}/trace/{root.trace_id}", wait_until="networkidle")
    page.screenshot(path=file)


def _exemplar(page: Page, installation: Installation, commands: Commands, file: Path) -> None:
    for _ in range(3):
        commands.here(["buy"])
    commands.here(["buy", "--card", "slow"])
    _panel(page, installation, "checkout", "Time to decide a payment", file)


def _alert(page: Page, installation: Installation, commands: Commands, file: Path) -> None:
    commands.beside(["drill", "start", "frontend-down", "--for", "5m"])
    wait_for("the alert", lambda: "FrontendDown" in _alerts(installation), limit=_PATIENCE / 1000)
    page.goto(f"{urls.collect(installation)['grafana']}/alerts", wait_until="networkidle")
    expect(page.get_by_text("FrontendDown").first).to_be_visible()
    page.screenshot(path=file, clip={"x": 0, "y": 0, "width": 1100, "height": 300})


def _alerts(installation: Installation) -> str:
    return httpx.get(f"{installation.layout.url('alertmanager')}/api/v2/alerts", trust_env=False).text


def _budget(page: Page, installation: Installation, commands: Commands, file: Path) -> None:
    commands.beside(["load", "calm", "--run-time", "10m"])
    commands.beside(["drill", "start", "route-errors", "--for", "5m"])
    query = {"query": 'slo:sli_error:ratio_rate5m{slo="product-availability"} > 0.05'}
    url = f"{installation.layout.url('prometheus')}/api/v1/query"
    wait_for(
        "the budget to burn",
        lambda: httpx.get(url, params=query, trust_env=False).json()["data"]["result"],
        limit=_PATIENCE / 1000,
    )
    _panel(page, installation, "slo", "Burn rate by objective (5 min)", file)


def _panel(page: Page, installation: Installation, dashboard: str, title: str, file: Path) -> None:
    base = urls.collect(installation)["grafana"]
    page.goto(f"{base}/d/glasshouse-{dashboard}?refresh=5s&from=now-5m&to=now")
    panel = page.locator("section").filter(has_text=title).last
    panel.scroll_into_view_if_needed()
    page.wait_for_timeout(2 * _DRAWN)
    panel.screenshot(path=file)


if __name__ == "__main__":
    main(sys.argv[1:])
