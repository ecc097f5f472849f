"""Pictures of every dashboard by headless Chromium.

`python -m deploy.native.dashboards.screenshots <folder> [5m]`, while the platform runs; 15m unless said.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy.native.errors import ShopError
from deploy.native.layout import Layout
from deploy.native.readiness import DIRECT

WIDTH = 1500
_ROW = 38  # pixels of one row of the grid, with its gap
_HEAD = 120  # what is above the grid
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def take(url: str, folder: Path, time: str) -> list[Path]:
    """One picture of each dashboard at `url`, as tall as the dashboard; `time` is one that the page offers."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise ShopError("There is no Chromium on the PATH.", "Install it: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for entry in _get(f"{url}/dashboards.json"):
        panels = _get(f"{url}/dashboards/{entry['file']}")["panels"]
        height = _HEAD + _ROW * max(p["gridPos"].get("y", 0) + p["gridPos"]["h"] for p in panels)
        picture = folder / f"{entry['uid'].removeprefix('glasshouse-')}.png"
        with tempfile.TemporaryDirectory() as profile:
            command = [
                browser,
                *_QUIET,
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{height}",
                "--virtual-time-budget=9000",  # milliseconds for the panels to be asked for and drawn
                f"--screenshot={picture}",
                f"{url}/?dashboard={entry['uid']}&refresh=off&from={time}",
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        taken.append(picture)
    return taken


def _get(url: str) -> Any:
    with DIRECT.open(url, timeout=10) as answer:
        return json.load(answer)


if __name__ == "__main__":
    folder, time = (*sys.argv[1:], "15m")[:2]
    for path in take(Layout.from_environment().url("grafana"), Path(folder), time):
        print(path)
