"""What the page consists of: addresses, files, and the list of dashboards."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from grafana.colours import MEANINGS, PALETTE
from grafana.page.settings import Settings

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
}
_BOARD = re.compile(r"/d/(?P<uid>[\w-]+)(/[\w-]*)?")  # a dashboard's address, the same as Grafana's
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")  # one file, no folders: nothing outside can be reached


def find(settings: Settings, path: str) -> tuple[str, bytes] | None:
    """The type and the content of what is at this address."""
    if path == "/dashboards.json":
        return _TYPES[".json"], json.dumps(_list(settings)).encode()
    if path == "/config.json":
        return _TYPES[".json"], json.dumps(_configuration(settings)).encode()
    if board := _BOARD.fullmatch(path):
        if board["uid"] not in {entry["uid"] for entry in _list(settings)}:
            return None
        path = "/"
    folder, _, name = ("/static/index.html" if path == "/" else path).rpartition("/")
    folders = {
        "/static": settings.static,
        "/charts": settings.charts,
        "/dashboards": settings.dashboards,
        "/public/docs": settings.docs,
    }
    if folder not in folders or not _NAME.fullmatch(name):
        return None
    file = folders[folder] / name
    kind = _TYPES.get(file.suffix)
    if kind is None or not file.is_file():
        return None
    return kind, file.read_bytes()


def missing(settings: Settings) -> tuple[str, bytes]:
    """The type and the content of the page that says that there is nothing, and names what there is."""
    links = "".join(
        f'<li><a href="/d/{html.escape(entry["uid"])}">{html.escape(entry["title"])}</a></li>'
        for entry in _list(settings)
    )
    page = (settings.static / "missing.html").read_text(encoding="utf-8")
    return _TYPES[".html"], page.replace("<!-- dashboards -->", links).encode()


def _configuration(settings: Settings) -> dict[str, object]:
    return {"addresses": dict(settings.addresses), "palette": list(PALETTE), "meanings": dict(MEANINGS)}


def _list(settings: Settings) -> list[dict[str, str]]:
    found = [_summary(path) for path in settings.dashboards.glob("*.json")]
    return sorted(found, key=lambda entry: (entry["file"] != "overview.json", entry["title"]))


def _summary(path: Path) -> dict[str, str]:
    dashboard = json.loads(path.read_text(encoding="utf-8"))
    return {"file": path.name, "uid": dashboard["uid"], "title": dashboard["title"].removeprefix("Glasshouse / ")}
