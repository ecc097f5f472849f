"""./shop logs"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from deploy.containers.stack import Containers
from deploy.native.errors import ShopError
from deploy.native.layout import Layout

_LINES = 50


def run(layout: Layout, service: str | None, *, follow: bool) -> int:
    """Print the newest lines of each log; with `follow`, everything written from then on."""
    if isinstance(layout, Containers):
        arguments = [f"--tail={_LINES}", *(["--follow"] if follow else []), *([service] if service else [])]
        return layout.show("logs", *arguments)
    logs = _choose(layout, service)
    positions = {path: _show_last(path, len(logs) > 1) for path in logs}
    while follow:
        for path in _choose(layout, service):
            positions[path] = _show_new(path, positions.get(path, 0), True)
        sys.stdout.flush()
        time.sleep(0.3)
    return 0


def _choose(layout: Layout, service: str | None) -> list[Path]:
    logs = sorted(layout.logs.glob("*.log"))
    names = sorted({_name(path) for path in logs})
    if service is None:
        return logs
    wanted = {name for name in names if name == service or name.rstrip("0123456789") == f"{service}-"}
    if not wanted:
        known = ", ".join(names) if names else "none: nothing was started here yet"
        raise ShopError(f"There is no log of {service}.", f"There are: {known}")
    return [path for path in logs if _name(path) in wanted]


def _name(path: Path) -> str:
    return path.name.removesuffix(".log").removesuffix(".err")


def _show_last(path: Path, prefix: bool) -> int:
    text = path.read_bytes()
    end = text.rfind(b"\n") + 1
    _write(path, text[:end].splitlines()[-_LINES:], prefix)
    return end


def _show_new(path: Path, position: int, prefix: bool) -> int:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(position if size >= position else 0)  # shorter than before: it was rotated
        start, text = file.tell(), file.read()
    end = text.rfind(b"\n") + 1  # an unfinished line waits for its rest
    _write(path, text[:end].splitlines(), prefix)
    return start + end


def _write(path: Path, lines: list[bytes], prefix: bool) -> None:
    head = f"{_name(path):20} | " if prefix else ""
    for line in lines:
        sys.stdout.write(head + line.decode(errors="replace") + "\n")
