"""Line charts as SVG, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["chart"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 300, 64, 170, 36, 44
_COLOURS = ("#2f7ed8", "#d9822b", "#2e9e5b", "#a855c7", "#c9444d", "#0f9aa7", "#8a8f2a", "#d25f9e")
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #444 } .title { font-size: 14px; font-weight: 600 }
.grid { stroke: #8884; stroke-width: 1 } path { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ccc } }
"""


def chart(
    title: str, across: str, up: str, lines: Mapping[str, Sequence[tuple[float, float]]], *, linear: bool = False
) -> str:
    """One line for each name, through its points. The axes are logarithmic and all numbers above 0, or linear from
    0 on. Texts are put in as they are."""
    points = [point for line in lines.values() for point in line]
    scale = _Linear if linear else _Scale
    x = scale([p[0] for p in points], _LEFT, _WIDTH - _RIGHT)
    y = scale([p[1] for p in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text class="title" x="{_LEFT}" y="20">{title}</text>']
    for value in x.ticks:
        parts.append(_grid(x(value), _TOP, x(value), _HEIGHT - _BOTTOM))
        parts.append(_text(x(value), _HEIGHT - _BOTTOM + 16, _short(value), "middle"))
    for value in y.ticks:
        parts.append(_grid(_LEFT, y(value), _WIDTH - _RIGHT, y(value)))
        parts.append(_text(_LEFT - 6, y(value) + 4, _short(value), "end"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, across, "middle"))
    parts.append(_text(_LEFT - 6, _TOP - 12, up, "end"))
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        way = " L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in line)
        parts.append(f'<path d="M{way}" stroke="{colour}"/>')
        dots = [] if linear else line
        parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{colour}"/>' for a, b in dots]
        place = _TOP + 8 + 18 * number
        parts.append(f'<circle cx="{_WIDTH - _RIGHT + 14}" cy="{place - 4}" r="4" fill="{colour}"/>')
        parts.append(_text(_WIDTH - _RIGHT + 24, place, name, "start"))
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


class _Scale:
    """A place for each value, between the powers of ten around all of them."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)) + 1e-9)
        self._high = max(self._low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self._start, self._end = start, end
        self.ticks = [10.0**power for power in range(self._low, self._high + 1)]

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


class _Linear:
    """A place for each value, between 0 and the next round number."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        highest = max(*values, 1e-3)
        power = 10.0 ** math.floor(math.log10(highest))
        step = next(part * power for part in (0.2, 0.5, 1, 2) if highest <= 5 * part * power)
        self._high, self._start, self._end = math.ceil(highest / step - 1e-9) * step, start, end
        self.ticks = [round(number * step, 6) for number in range(round(self._high / step) + 1)]

    def __call__(self, value: float) -> float:
        return self._start + value / self._high * (self._end - self._start)


def _grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
