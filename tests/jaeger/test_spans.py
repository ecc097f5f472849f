"""Spans become trees whatever is missing or strange."""

from jaeger.spans import Span, walk


def span(name: str, parent: str = "", start: int = 0) -> Span:
    return Span("t", name, parent, "s", name, "", start, 1, False, "", {}, {})


def places(*spans: Span) -> list[tuple[str, int, bool]]:
    return [(node.span.name, node.depth, node.orphan) for node in walk(spans)]


def test_parents_come_first_and_siblings_by_start() -> None:
    """The order of arrival does not matter."""
    found = places(span("c", "a", 3), span("d", "b", 9), span("b", "a", 2), span("a"))
    assert found == [("a", 0, False), ("b", 1, False), ("d", 2, False), ("c", 1, False)]


def test_a_missing_parent_makes_a_root_with_a_note() -> None:
    """It stands at the top and is marked."""
    assert places(span("a", "gone", 5), span("b")) == [("b", 0, False), ("a", 0, True)]


def test_a_span_that_is_its_own_parent_is_shown_once() -> None:
    """It is a root."""
    assert places(span("a", "a")) == [("a", 0, True)]


def test_a_circle_is_shown() -> None:
    """Spans that are each other's parents are not lost."""
    assert sorted(places(span("a", "b", 1), span("b", "a", 2))) == [("a", 0, True), ("b", 1, False)]


def test_a_deep_trace_needs_no_deep_stack() -> None:
    """Thousands of levels are walked."""
    chain = [span("0"), *(span(str(level), str(level - 1)) for level in range(1, 5000))]
    assert places(*chain)[-1] == ("4999", 4999, False)
