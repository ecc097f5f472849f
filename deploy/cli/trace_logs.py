"""Finds log lines by trace id and request id in the JSON lines of every program."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def find_entries(logs: Path, trace_ids: set[str], request_ids: set[str]) -> list[tuple[datetime | None, Entry]]:
    """Give the entries of these traces and requests from all files, in order of time."""
    entries = [
        (_when(entry.get("timestamp")), entry)
        for path in sorted(logs.glob("*.log*"))
        for entry in _entries(path, tuple(trace_ids | request_ids))
        if str(entry.get("trace_id")) in trace_ids or str(entry.get("request_id")) in request_ids
    ]
    return sorted(entries, key=lambda item: item[0] or _EARLIEST)


def _entries(path: Path, needles: tuple[str, ...]) -> Iterator[Entry]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not any(needle in line for needle in needles):
                continue
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):  # *.err.log holds plain text
                continue
            if isinstance(entry, dict):
                yield entry


def _when(timestamp: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(str(timestamp))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
