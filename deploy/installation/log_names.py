"""The log files of an installation: whose they are, and which were rotated away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FILE = re.compile(r"(?P<base>(?P<program>.+?)(\.err)?\.log)(\.(?P<age>\d+))?")


@dataclass(frozen=True)
class LogFile:
    """base: the name of the file that its program writes now. age: 0 for that file, 1 for the one before it."""

    path: Path
    base: str
    program: str
    age: int


def log_files(folder: Path, since: float = 0.0) -> list[LogFile]:
    """Those that were written to since then (seconds since 1970), of each base the oldest first."""
    matches = ((path, _FILE.fullmatch(path.name)) for path in folder.glob("*.log*"))
    found = [
        LogFile(path, match["base"], match["program"], int(match["age"] or 0))
        for path, match in matches
        if match and _was_written(path, since)
    ]
    return sorted(found, key=lambda file: (file.base, -file.age))


def _was_written(path: Path, since: float) -> bool:
    try:
        return path.stat().st_mtime >= since
    except FileNotFoundError:  # renamed this moment
        return False
