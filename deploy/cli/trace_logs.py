"""Finds log lines by trace id and request id in the lines of every program."""

from __future__ import annotations

from pathlib import Path

from deploy.cli.log_files import everything
from deploy.installation.log_names import log_files
from deploy.installation.log_records import Record


def find_records(logs: Path, trace_ids: set[str], request_ids: set[str]) -> list[Record]:
    """Give the records of these traces and requests from all files, in order of time."""
    needles = tuple(trace_ids | request_ids)
    found = (
        record
        for record in everything(log_files(logs), lambda line: any(needle in line for needle in needles))
        if str(record.entry.get("trace_id")) in trace_ids or str(record.entry.get("request_id")) in request_ids
    )
    return sorted(found, key=lambda record: record.when)
