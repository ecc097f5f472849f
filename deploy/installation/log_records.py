"""Log lines as records: JSON where a program writes it, else what can be read from the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

__all__ = ["EARLIEST", "LEVELS", "Record", "is_dated", "is_probe", "records", "without_number"]

LEVELS = ("debug", "info", "warning", "error", "critical")
EARLIEST = datetime.min.replace(tzinfo=UTC)
_HEAD = 160  # characters of a text line in which its time and level stand
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| UTC)?")
# Redis: the process, its role, a time of this machine's zone, and a sign for the level.
_REDIS = re.compile(r"\d+:[A-Z] (?P<when>\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}) (?P<sign>[.*#-]) ")
_SIGNS = {".": "debug", "-": "debug", "*": "info", "#": "warning"}
_LEVEL = re.compile(r"\b(debug|info|notice|log|warn|warning|error|crit|critical|fatal|panic)\b", re.IGNORECASE)
_SAME = {
    "warn": "warning",
    "notice": "info",
    "log": "info",
    "crit": "critical",
    "fatal": "critical",
    "panic": "critical",
}


def without_number(program: str) -> str:
    """The name that the replicas of a program share."""
    return re.sub(r"-\d+$", "", program)


@dataclass(frozen=True)
class Record:
    """One line of a program. entry: the JSON object, empty for text; level: empty where none can be read."""

    program: str
    line: str
    when: datetime
    level: str
    entry: Mapping[str, Any]

    @property
    def raw(self) -> str:
        """The line as it was written when that is JSON without anything unprintable, else as a JSON object."""
        if not self.entry:
            return json.dumps({"program": self.program, "line": self.line})
        return self.line if _is_plain(self.line) else json.dumps(self.entry)


def records(program: str, lines: Iterable[str], before: datetime = EARLIEST) -> Iterator[Record]:
    """The records of a file. A line without a time (one of a stack trace) has that of the line before it."""
    for line in lines:
        entry = _entry(line)
        when = _when(str(entry.get("timestamp") or entry.get("ts") or "") if entry else line[:_HEAD])
        before = when or before
        level = str(entry.get("level", "")) if entry else _level_of_text(line[:_HEAD])
        yield Record(program, line, before, _SAME.get(level.lower(), level.lower()), entry)


def is_dated(line: bytes) -> bool:
    """Whether a line has a time of its own, and does not belong to the one before it."""
    head = line[:_HEAD].decode(errors="replace")
    return line.startswith(b"{") or bool(_TIME.search(head) or _REDIS.match(head))


def _is_plain(line: str) -> bool:
    return line.isascii() and line.isprintable()


def _entry(line: str) -> dict[str, Any]:
    if not line.startswith("{"):
        return {}
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _when(text: str) -> datetime | None:
    match = _TIME.search(text)
    try:
        if match is None:
            redis = _REDIS.match(text)
            return datetime.strptime(redis["when"], "%d %b %Y %H:%M:%S.%f").astimezone(UTC) if redis else None
        return datetime.fromisoformat(match[0].replace(" UTC", "Z").replace(",", ".")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _level_of_text(text: str) -> str:
    if redis := _REDIS.match(text):
        return _SIGNS[redis["sign"]]
    match = _LEVEL.search(text)
    return match[1] if match else ""


def is_probe(record: Record) -> bool:
    """Whether somebody only asked whether a part works, and it does."""
    path, agent = str(record.entry.get("path", "")), str(record.entry.get("user_agent", ""))
    return record.level == "info" and (path.startswith("/health") or agent.startswith("Blackbox"))
