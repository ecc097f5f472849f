"""What the console consists of: its pages and files, the dashboards, the runbooks."""

from __future__ import annotations

import json
import re
from pathlib import Path

from console.settings import Settings
from grafana.colours import MEANINGS, PALETTE, SERVICES

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
# The addresses of pages: each is the same file, whose script draws what the address names. A dashboard has
# Grafana's address, what shows traces has Jaeger's.
_PAGES = re.compile(
    r"/(d/(?P<uid>[\w-]+)(/[\w-]*)?|dashboards|alerts|logs|search|dependencies|"
    r"trace/[0-9a-fA-F]{1,32}(\.\.\.[0-9a-fA-F]{0,32})?)?"
)
_BOARD = re.compile(r"/boards/([\w-]+)")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")  # one file, no folders: nothing outside can be reached


def find(settings: Settings, path: str) -> tuple[str, bytes] | None:
    """The type and the content of what is at this address."""
    if path == "/config.json":
        return _TYPES[".json"], json.dumps(_configuration(settings)).encode()
    if board := _BOARD.fullmatch(path):
        file = _boards(settings).get(board[1])
        return (_TYPES[".json"], file.read_bytes()) if file else None
    if page := _PAGES.fullmatch(path):
        return None if page["uid"] and page["uid"] not in _boards(settings) else index(settings)
    folder, _, name = path.rpartition("/")
    folders = {"": settings.built, "/assets": settings.built / "assets", "/public/docs": settings.docs}
    if folder not in folders or not _NAME.fullmatch(name):
        return None
    file = folders[folder] / name
    kind = _TYPES.get(file.suffix)
    if kind is None or not file.is_file():
        return None
    return kind, file.read_bytes()


def index(settings: Settings) -> tuple[str, bytes]:
    """The type and the content of every page. At an address that is none, its script says what there is."""
    return _TYPES[".html"], (settings.built / "index.html").read_bytes()


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "addresses": dict(settings.addresses),
        "dashboards": summaries(settings),
        "services": dict(SERVICES),
        "meanings": dict(MEANINGS),
        "palette": list(PALETTE),
    }


def summaries(settings: Settings) -> list[dict[str, str]]:
    """Each dashboard by its uid, title and description."""
    return [_summary(file) for file in _boards(settings).values()]


def _boards(settings: Settings) -> dict[str, Path]:
    """The file of each dashboard by its uid, the overview first, the others by title."""
    files = settings.dashboards.glob("*.json")
    order = sorted((path.name != "overview.json", _summary(path)["title"], path) for path in files)
    return {_summary(path)["uid"]: path for *_, path in order}


def _summary(path: Path) -> dict[str, str]:
    board = json.loads(path.read_text(encoding="utf-8"))
    title = board["title"].removeprefix("Glasshouse / ")
    return {"uid": board["uid"], "title": title, "description": board["description"]}
