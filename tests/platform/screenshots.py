"""Pictures of every dashboard and of the runbooks, to be looked at: on phone, tablet and desk, light and dark.

`python -m tests.platform.screenshots <folder> [5m]`, while the platform runs; 15m unless said.
Needs what ./shop test installs.
"""

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Page

from deploy.installation.layout import Layout
from tests.platform.chromium import headless_chromium

__all__ = ["take"]

WIDTHS = (360, 768, 1440)
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_DRAWN = 3000  # milliseconds for the panels to be asked for and drawn
_TALLEST = 8000  # pixels


def take(url: str, folder: Path, time: str) -> Iterator[Path]:
    """One picture of each page of the dashboards at `url` in each form; `time` is one that the page offers."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = httpx.get(f"{url}/config.json", trust_env=False).json()["dashboards"]
    pages = {entry["uid"]: f"/d/{entry['uid']}?refresh=off&from=now-{time}&to=now" for entry in listed}
    pages["runbooks"] = "/public/docs/runbooks.html"
    with headless_chromium() as browser:
        for width, scheme in product(WIDTHS, _SCHEMES):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            for name, path in pages.items():
                page.goto(url + path)
                yield _picture(page, folder / f"{name.removeprefix('glasshouse-')}-{width}-{scheme}.png", width)
            page.close()


def _picture(page: Page, file: Path, width: int) -> Path:
    """All of the page at once: it asks only for what can be seen."""
    page.wait_for_selector("section")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, _TALLEST)})
    page.wait_for_timeout(_DRAWN)
    page.screenshot(path=file)
    page.set_viewport_size({"width": width, "height": 900})
    return file


if __name__ == "__main__":
    to, span = (*sys.argv[1:], "15m")[:2]
    for picture in take(Layout.from_environment().url("grafana"), Path(to), span):
        print(picture)  # noqa: T201
