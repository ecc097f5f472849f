"""An incident data set on disk, in the layout of OpenRCA.

The folder is what OpenRCA calls a system: `record.csv`, `query.csv`, and `telemetry/<YYYY_MM_DD>/` with `metric/`,
`trace/` and `log/`. Columns and units are those of its system Market, which
https://github.com/microsoft/OpenRCA describes in rca/baseline/rca_agent/prompt/basic_prompt_Market.py: times are
seconds since 1970, in traces milliseconds, and durations there are microseconds. Dates are UTC.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.cli.incidents import shapes

__all__ = ["COLUMNS", "MOST_BYTES", "date", "find", "labels", "rows", "size", "write", "write_csv", "write_json"]

_KPI = ("timestamp", "cmdb_id", "kpi_name", "value")
_LOG = ("log_id", "timestamp", "cmdb_id", "log_name", "value")
_SPAN = ("timestamp", "cmdb_id", "span_id", "trace_id", "duration", "type", "status_code", "operation_name")
COLUMNS: Mapping[str, Sequence[str]] = {
    "metric/metric_container.csv": _KPI,
    "metric/metric_mesh.csv": _KPI,
    "metric/metric_service.csv": ("service", "timestamp", "rr", "sr", "mrt", "count"),
    "trace/trace_span.csv": (*_SPAN, "parent_span"),
    "log/log_service.csv": _LOG,
    "log/log_proxy.csv": _LOG,
}
MOST_BYTES = 20_000_000  # of a data set
_MOST = {"metric": 1_200_000, "trace": 8_000_000, "log": 4_000_000}  # of a table; the rest is for other files
_KEYS = {"metric": "timestamp", "trace": "trace_id", "log": "log_id"}  # what is kept or left out as a whole
_LOUD = ('"level":"warning"', '"level":"error"', '"level":"critical"')


def write(folder: Path, tables: Mapping[str, Iterable[Sequence[object]]]) -> dict[str, int]:
    """Write the rows of each table of `COLUMNS`, day by day. The result: of each table one of how many was kept.

    A table that is too large is thinned: of its moments, traces or log lines those are kept whose checksum the
    least sufficient power of two divides. While there is room, what is rare is kept always: log lines from
    warnings up, and of each path in traces the first trace that has it.
    """
    kept = {}
    for name, columns in COLUMNS.items():
        table = [dict(zip(columns, row, strict=True)) for row in tables.get(name, ())]
        lines, kept[name] = _thinned(name.partition("/")[0], table)
        days: dict[str, list[str]] = defaultdict(list)
        for row, line in lines:
            seconds = int(row["timestamp"]) / (1000 if name.startswith("trace/") else 1)
            days[f"{datetime.fromtimestamp(seconds, UTC):%Y_%m_%d}"].append(line)
        for day, written in days.items():
            path = folder / "telemetry" / day / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_line(columns) + "".join(written), encoding="utf-8", newline="")
    return kept


def _thinned(kind: str, table: list[dict[str, Any]]) -> tuple[list[tuple[dict[str, Any], str]], int]:
    lines = [(row, str(row[_KEYS[kind]]), _line(row.values())) for row in table]
    rare: set[str] = set()
    if kind == "trace":
        rare = shapes.first_of_each_path(table)
    elif kind == "log":
        rare = {key for row, key, _ in lines if any(level in row["value"] for level in _LOUD)}
    if sum(len(line.encode()) for _, key, line in lines if key in rare) > _MOST[kind]:
        rare = set()
    one_of = 1
    while True:
        found = [(row, line) for row, key, line in lines if key in rare or zlib.crc32(key.encode()) % one_of == 0]
        if sum(len(line.encode()) for _, line in found) <= _MOST[kind]:
            return found, one_of
        one_of *= 2


def _line(row: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue()


def write_csv(path: Path, columns: Sequence[str], table: Iterable[Sequence[object]]) -> None:
    """Write one table that is small."""
    path.write_text("".join(map(_line, (columns, *table))), encoding="utf-8", newline="")


def write_json(path: Path, found: object) -> None:
    """Write a file beside the telemetry."""
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table, of all days."""
    for path in sorted(folder.glob(f"telemetry/*/{name}")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def find(folder: Path) -> list[Path]:
    """All data sets below a folder; itself, when it is one."""
    return sorted(path.parent for path in folder.rglob("incident.json"))


def labels(folder: Path) -> dict[str, Any]:
    """What is the same in each recording of a fault with one seed."""
    found: dict[str, Any] = json.loads((folder / "incident.json").read_text(encoding="utf-8"))["labels"]
    return found


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def date(at: float) -> str:
    """A time as OpenRCA writes it, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
