"""Shapes of traces: a root and the tree of everything below it, as service, name and kind of each span."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.installation.log_records import without_number

__all__ = ["Path", "first_of_each_path", "paths"]

Path = tuple[tuple[str, str, str], ...]
"""From the root to a span."""
_Spans = list[Mapping[str, Any]]


def paths(spans: Iterable[Mapping[str, Any]]) -> Counter[Path]:
    """Each path, with the number of traces that have it. spans: rows of trace_span.csv."""
    return Counter(path for trace in _traces(spans).values() for path in _paths_of(trace))


def first_of_each_path(spans: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of the traces without which a path would be missing."""
    seen: set[Path] = set()
    first = set()
    for trace_id, trace in _traces(spans).items():
        if new := _paths_of(trace) - seen:
            seen |= new
            first.add(trace_id)
    return first


def _traces(spans: Iterable[Mapping[str, Any]]) -> dict[str, _Spans]:
    traces: dict[str, _Spans] = defaultdict(list)
    for span in spans:
        traces[span["trace_id"]].append(span)
    return traces


def _paths_of(trace: _Spans) -> set[Path]:
    """A span whose parent is missing, and what is below it, tells nothing of the whole."""
    below: dict[str, _Spans] = defaultdict(list)
    for span in trace:
        below[span["parent_span"]].append(span)
    found = set[Path]()
    left: list[tuple[Path, Mapping[str, Any]]] = [((_step(root),), root) for root in below.pop("", [])]
    while left:
        path, span = left.pop()
        found.add(path)
        left += [((*path, _step(child)), child) for child in below.pop(span["span_id"], [])]
    return found


def _step(span: Mapping[str, Any]) -> tuple[str, str, str]:
    return without_number(span["cmdb_id"]), span["operation_name"], span["type"]
