"""Draws services and their calls as SVG, without style and script; it can be read on light and on dark ground."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from grafana.colours import MEANINGS, of_service

_MOST_SERVICES = 40
_WIDTH, _HEIGHT = 150, 40  # of a box, in pixels
_RIGHT, _DOWN = 290, 84  # from a box to the next
_EDGE = 60  # of the picture, around the boxes
_LONGEST_NAME = 20  # characters
_LINE, _INK, _PILL = "#7d8f87", "#ffffff", "#26352f"
_FONT = 'font-family="system-ui, sans-serif" font-size="12"'


@dataclass(frozen=True)
class Arrow:
    """Calls of one service by another: by messages or by requests, how many a second, how many failed."""

    caller: str
    called: str
    is_message: bool
    rate: float
    errors: int


# The upper left corner of each box, and of the free place in each column that an arrow crosses.
Places = dict[str | tuple[Arrow, int], tuple[float, float]]
Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # Bézier's: begin, two that pull, end


def draw(arrows: Sequence[Arrow]) -> str:
    """The picture. Of very many services the first ones are drawn: give the busiest first."""
    names = list(dict.fromkeys(name for arrow in arrows for name in (arrow.caller, arrow.called)))[:_MOST_SERVICES]
    shown = [arrow for arrow in arrows if arrow.caller in names and arrow.called in names]
    columns = layers(names, shown)
    places = _places(columns, shown)
    width = max(x for x, _ in places.values()) + _WIDTH + _EDGE
    height = max(y for _, y in places.values()) + _HEIGHT + _EDGE
    routes = [(arrow, _route(arrow, columns, places)) for arrow in shown]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" {_FONT}>',
        _head("well", _LINE),
        _head("failing", MEANINGS["failure"]),
        *(_line(arrow, route) for arrow, route in routes),
        *(_box(name, *places[name]) for name in names),
        *(_label(arrow, route) for arrow, route in routes),
        "</svg>",
    ]
    return "\n".join(parts)


def layers(names: Iterable[str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """In which column each service stands: right of all that ask it. Messages count only without requests."""
    called: dict[str, list[str]] = {name: [] for name in names}
    asking = {name for arrow in arrows if not arrow.is_message for name in (arrow.caller, arrow.called)}
    for arrow in arrows:
        if not arrow.is_message or arrow.called not in asking:
            called[arrow.caller].append(arrow.called)
    onward: dict[str, list[str]] = {name: [] for name in called}  # without the calls that lead back in a circle
    ordered: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        onward[name] = [one for one in called[name] if one not in (*above, name)]
        for one in onward[name]:
            visit(one, (*above, name))
        ordered[name] = None

    everyone = {one for asked in called.values() for one in asked}
    for name in sorted(called, key=lambda name: name in everyone):  # whom nobody calls first
        visit(name, ())
    columns = dict.fromkeys(called, 0)
    for name in reversed(ordered):
        for one in onward[name]:
            columns[one] = max(columns[one], columns[name] + 1)
    return columns


def _places(columns: Mapping[str, int], arrows: Sequence[Arrow]) -> Places:
    stacks: dict[int, list[str | tuple[Arrow, int]]] = {}
    for name, column in columns.items():
        stacks.setdefault(column, []).append(name)
    for arrow in arrows:
        for column in range(columns[arrow.caller] + 1, columns[arrow.called]):
            stacks[column].append((arrow, column))
    tallest = max(len(stack) for stack in stacks.values())
    places: Places = {}
    for column, stack in sorted(stacks.items()):
        above = (tallest - len(stack)) * _DOWN / 2
        for index, what in enumerate(sorted(stack, key=lambda what: (_height(what, arrows, places), str(what)))):
            places[what] = (_EDGE + column * _RIGHT, _EDGE + above + index * _DOWN)
    return places


def _height(what: str | tuple[Arrow, int], arrows: Iterable[Arrow], places: Places) -> float:
    """How high the callers stand, so that few arrows cross."""
    callers = (
        [arrow.caller for arrow in arrows if arrow.called == what] if isinstance(what, str) else [what[0].caller]
    )
    heights = [places[caller][1] for caller in callers if caller in places]
    return sum(heights) / len(heights) if heights else 0.0


def _route(arrow: Arrow, columns: Mapping[str, int], places: Places) -> list[Curve]:
    """To the right from side to side; otherwise above the boxes for requests and below them for messages."""
    (x1, y1), (x2, y2) = places[arrow.caller], places[arrow.called]
    if x2 > x1:
        aside = _HEIGHT / 2 + (10 if arrow.is_message else -10)
        stops = [(x1 + _WIDTH, y1 + aside)]
        for column in range(columns[arrow.caller] + 1, columns[arrow.called]):
            x, y = places[arrow, column]
            stops += [(x, y + aside), (x + _WIDTH, y + aside)]
        return [_bend(*pair) for pair in pairwise([*stops, (x2 - 7, y2 + aside)])]
    edge, peak, gap = (_HEIGHT, max(y1, y2) + _HEIGHT + 46, 7) if arrow.is_message else (0, min(y1, y2) - 46, -7)
    begin, end = (x1 + _WIDTH * 0.4, y1 + edge), (x2 + _WIDTH * 0.6, y2 + edge + gap)
    return [(begin, (begin[0], peak), (end[0], peak), end)]


def _bend(begin: Point, end: Point) -> Curve:
    pull = (end[0] - begin[0]) / 2
    return begin, (begin[0] + pull, begin[1]), (end[0] - pull, end[1]), end


def _line(arrow: Arrow, route: list[Curve]) -> str:
    begin = "{:.1f} {:.1f}".format(*route[0][0])
    curves = " ".join("C" + ", ".join(f"{x:.1f} {y:.1f}" for x, y in curve[1:]) for curve in route)
    colour, head = (MEANINGS["failure"], "failing") if arrow.errors else (_LINE, "well")
    width = min(5.0, 1.2 + math.log1p(arrow.rate) * 0.8)
    dashes = ' stroke-dasharray="6 4"' if arrow.is_message else ""
    return (
        f'<path d="M{begin} {curves}" fill="none" stroke="{colour}" '
        f'stroke-width="{width:.1f}"{dashes} marker-end="url(#{head})"/>'
    )


def _label(arrow: Arrow, route: list[Curve]) -> str:
    """How many calls there are, in the middle of the way."""
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = route[len(route) // 2]
    x, y = (x1 + 3 * x2 + 3 * x3 + x4) / 8, (y1 + 3 * y2 + 3 * y3 + y4) / 8
    often = f"{arrow.rate:.3g} /s" if arrow.rate >= 1 else f"{arrow.rate * 60:.3g} /min"
    text = often + (f", {arrow.errors} failed" if arrow.errors else "")
    width = 7 * len(text) + 8
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - 9:.1f}" width="{width}" height="18" rx="9" fill="{_PILL}"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" fill="{_INK}">{escape(text)}</text>'
    )


def _box(name: str, x: float, y: float) -> str:
    short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDTH}" height="{_HEIGHT}" rx="5" fill="{_PILL}" '
        f'stroke={quoteattr(of_service(name))} stroke-width="3"/>'
        f'<text x="{x + _WIDTH / 2:.1f}" y="{y + _HEIGHT / 2 + 4:.1f}" text-anchor="middle" fill="{_INK}">'
        f"{escape(_plain(short))}</text>"
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8Z" fill="{colour}"/></marker>'
    )


def _plain(text: str) -> str:
    """Without what no XML may contain: one such character would make the whole picture unreadable."""
    return "".join(character if character.isprintable() else "�" for character in text)
