"""The order of a trace's rows, what is whose own time, and what the trace waited for."""

import random
from collections.abc import Callable

import pytest

from console.waterfall import Row, rows
from jaeger.spans import Span


def span(name: str, start: int, end: int, parent: str = "") -> Span:
    """A span whose id is its name; times in seconds."""
    second = 10**9
    return Span("t", name, parent, "s", name, "", start * second, (end - start) * second, False, "", {}, {})


def line(at: float, span_id: str = "") -> dict[str, object]:
    """A log line."""
    return {"time": at, "fields": {"event": f"said at {at:g}", "span_id": span_id}}


def named(found: list[Row]) -> list[tuple[str, int, int]]:
    """What each row is, its depth, and how many rows are below it."""
    return [
        (row.span.name if row.span else row.line["fields"]["event"] if row.line else "", row.depth, row.below)
        for row in found
    ]


def test_spans_are_below_their_parents_and_lines_below_their_spans() -> None:
    """By time; what has lost its span is below the root, what has lost its parent on top."""
    spans = [
        span("late", 6, 9, "root"),
        span("root", 0, 10),
        span("early", 1, 5, "root"),
        span("orphan", 20, 21, "x"),
    ]
    assert named(rows(spans, [line(4, "early"), line(7, "unknown")])) == [
        ("root", 0, 4),
        ("early", 1, 1),
        ("said at 4", 2, 0),
        ("late", 1, 0),
        ("said at 7", 1, 0),
        ("orphan", 0, 0),
    ]


def test_the_time_of_children_is_not_a_spans_own() -> None:
    """Children at the same time count once, and only while their parent runs."""
    root, *_ = rows(
        [span("root", 0, 10), span("a", 1, 4, "root"), span("b", 3, 6, "root"), span("c", 9, 15, "root")]
    )
    assert root.alone == 4 * 10**9


def test_the_critical_path_leads_back_from_the_end() -> None:
    """Through the children that ended last, each before the next began; a child at the same time is not on it."""
    found = rows(
        [
            span("root", 0, 10),
            span("first", 1, 4, "root"),
            span("beside", 1, 3, "root"),
            span("second", 5, 9, "root"),
            span("within", 6, 7, "second"),
            span("after", 12, 14, "root"),
        ]
    )
    second = 10**9
    path = {
        row.span.name: sorted((start // second, end // second) for start, end in row.critical)
        for row in found
        if row.span and row.critical
    }
    assert path == {
        "root": [(0, 1), (4, 5), (9, 10)],
        "first": [(1, 4)],
        "second": [(5, 6), (7, 9)],
        "within": [(6, 7)],
    }


def test_spans_that_are_each_others_parents_are_shown_once() -> None:
    """No circle is followed for ever."""
    found = rows([span("a", 0, 1, "b"), span("b", 1, 2, "a"), span("self", 2, 3, "self")])
    assert sorted(name for name, _, _ in named(found)) == ["a", "b", "self"]


def test_nothing_is_no_row() -> None:
    """Not even a log line has a place without a span."""
    assert rows([]) == []


@pytest.mark.parametrize("shape", ["deep", "flat", "any"])
def test_ten_thousand_spans_have_their_places(shape: str) -> None:
    """However deep; every row once, and the counts agree with the depths."""
    chance = random.Random(1)
    parents: dict[str, Callable[[int], int]] = {
        "deep": lambda n: n - 1,
        "flat": lambda n: 0,
        "any": chance.randrange,
    }
    spans = [span("0", 0, 20_000)]
    spans += [span(str(n), n, n + 5, str(parents[shape](n))) for n in range(1, 10_000)]
    found = rows(spans)
    assert len(found) == 10_000
    for index, row in enumerate(found[:2000]):
        assert all(other.depth > row.depth for other in found[index + 1 : index + 1 + row.below][:50])
    assert found[0].below == 9_999
