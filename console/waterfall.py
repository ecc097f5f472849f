"""The rows of a trace's waterfall: spans below their parents, log lines below their spans, all by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jaeger.spans import Span

Line = Mapping[str, Any]  # as console/logs.py shows it


@dataclass(eq=False)
class Row:
    """A span or a log line; times in nanoseconds.

    below: how many rows are below it. alone: how long none of its children ran. critical: when the whole trace
    waited for this span itself.
    """

    time: int
    span: Span | None = None
    line: Line | None = None
    depth: int = 0
    below: int = 0
    alone: int = 0
    critical: list[tuple[int, int]] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.time + (self.span.duration if self.span else 0)


def rows(spans: Iterable[Span], lines: Iterable[Line] = ()) -> list[Row]:
    """All rows in their order. A span without its parent is on top, a line without its span below the root."""
    spans = sorted(spans, key=lambda span: span.start)
    known = {span.span_id: Row(span.start, span) for span in spans}
    root = known[find_root(spans).span_id] if known else None
    below: dict[Row | None, list[Row]] = {}
    for row in known.values():
        below.setdefault(_parent(row, known), []).append(row)
    for line in lines:
        own = known.get(str(line["fields"].get("span_id")), root)
        below.setdefault(own, []).append(Row(int(line["time"] * 1e9), line=line))
    for children in below.values():
        children.sort(key=lambda row: row.time)
    ordered = _ordered(below, [*below.get(None, ()), *known.values()])
    _count(ordered)
    for row in known.values():
        row.alone = max(0, row.end - row.time - _covered(row, below.get(row, ())))
    if root:
        _follow(root, below)
    return ordered


def find_root(spans: Iterable[Span]) -> Span:
    """The first span without a parent; else the first whose parent is missing; else the first."""
    every = {span.span_id: span for span in spans}
    return min(every.values(), key=lambda span: (bool(span.parent_id), span.parent_id in every, span.start))


def _parent(row: Row, known: Mapping[str, Row]) -> Row | None:
    parent = known.get(row.span.parent_id) if row.span else None
    return None if parent is row else parent


def _ordered(below: Mapping[Row | None, Sequence[Row]], tops: Iterable[Row]) -> list[Row]:
    """Parents first. tops: where to begin; spans that are each other's parents are reached by themselves."""
    ordered: dict[Row, None] = {}
    for top in tops:
        stack = [top]
        while stack:
            row = stack.pop()
            if row in ordered:
                continue
            ordered[row] = None
            children = below.get(row, ())
            for child in children:
                child.depth = row.depth + 1 if child not in ordered else child.depth
            stack.extend(reversed(children))
    return list(ordered)


def _count(ordered: Sequence[Row]) -> None:
    """Set how many rows are below each."""
    parents: list[tuple[int, Row]] = []
    for index, row in enumerate(ordered):
        while parents and parents[-1][1].depth >= row.depth:
            at, done = parents.pop()
            done.below = index - at - 1
        parents.append((index, row))
    for at, done in parents:
        done.below = len(ordered) - at - 1


def _covered(row: Row, children: Iterable[Row]) -> int:
    """How long at least one of the children ran while the span did."""
    total, until = 0, row.time
    for child in children:
        start, end = max(child.time, until), min(child.end, row.end)
        if child.span and end > start:
            total, until = total + end - start, end
    return total


def _follow(root: Row, below: Mapping[Row | None, Sequence[Row]]) -> None:
    """Mark the critical path backwards from the end: before a child that was waited for, the last one to end."""
    stack, seen = [(root, root.end)], set()
    while stack:
        row, limit = stack.pop()
        if row in seen:
            continue
        seen.add(row)
        end = cursor = min(row.end, limit)
        children = [(min(child.end, end), child) for child in below.get(row, ()) if child.span]
        for stop, child in sorted(children, key=lambda pair: pair[0], reverse=True):
            if stop > cursor or child.time >= cursor:
                continue
            if stop < cursor:
                row.critical.append((stop, cursor))
            stack.append((child, stop))
            cursor = max(child.time, row.time)
        if row.time < cursor:
            row.critical.append((row.time, cursor))
