"""Draws docs/images/architecture-light.svg and -dark.svg from architecture.toml.

    python -m docs.pictures.architecture

Two files, because a page such as GitHub's chooses between them by its own theme (`<picture>` in README.md).
"""

import tomllib
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["THEMES", "draw", "images", "main"]

_HERE = Path(__file__).parent
_IMAGES = _HERE.parent / "images"
_TITLE = "Glasshouse: clients, gateway, services, stores, broker and telemetry"
_FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
_LABEL_LIFT = 4  # pixels between a line and its label
_DASHES = {"event": "6 4", "telemetry": "2 4"}

# By theme: page, text and quiet text, then the line colour of each kind and the fill of its boxes.
THEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "text": "#1f2328",
        "quiet": "#59636e",
        "client": "#59636e",
        "edge": "#0f766e",
        "service": "#1d4ed8",
        "store": "#6d28d9",
        "broker": "#b45309",
        "telemetry": "#15803d",
        "http": "#1d4ed8",
        "event": "#b45309",
        "fill": "#ffffff",
    },
    "dark": {
        "text": "#f0f6fc",
        "quiet": "#9198a1",
        "client": "#9198a1",
        "edge": "#2dd4bf",
        "service": "#7aa2ff",
        "store": "#b79bff",
        "broker": "#f0a95b",
        "telemetry": "#56d364",
        "http": "#7aa2ff",
        "event": "#f0a95b",
        "fill": "#161b22",
    },
}


def draw(data: Mapping[str, Any], theme: Mapping[str, str]) -> str:
    """The picture as SVG text, in the colours of `theme`."""
    width, height = data["width"], data["height"]
    kinds = sorted({line["kind"] for line in data["line"]})
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'font-family="{_FONT}" text-anchor="middle">',
            f"<title>{_TITLE}</title>",
            "<defs>",
            *(_arrow_head(kind, theme[kind]) for kind in kinds),
            "</defs>",
            *(_line(line, theme) for line in data["line"]),
            *(_box(box, theme) for box in data["box"]),
            "</svg>",
            "",
        ]
    )


def _arrow_head(kind: str, colour: str) -> str:
    return (
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
    )


def _line(line: Mapping[str, Any], theme: Mapping[str, str]) -> str:
    kind, points = line["kind"], line["points"]
    attributes = [f'points="{" ".join(f"{x},{y}" for x, y in points)}"', f'stroke="{theme[kind]}"']
    if kind in _DASHES:
        attributes.append(f'stroke-dasharray="{_DASHES[kind]}"')
    if not line.get("plain"):
        attributes.append(f'marker-end="url(#{kind})"')
    if line.get("both"):
        attributes.append(f'marker-start="url(#{kind})"')
    drawn = f'<polyline fill="none" stroke-width="1.5" {" ".join(attributes)}/>'
    return drawn + _label(line["label"], points, theme[kind]) if "label" in line else drawn


def _label(text: str, points: Sequence[Sequence[int]], colour: str) -> str:
    x = sum(point[0] for point in points) / len(points)
    y = min(point[1] for point in points) - _LABEL_LIFT
    return f'<text x="{x:g}" y="{y}" font-size="11" fill="{colour}">{escape(text)}</text>'


def _box(box: Mapping[str, Any], theme: Mapping[str, str]) -> str:
    x, y, width, height = box["at"]
    colour, middle, centre = theme[box["kind"]], y + height / 2, x + width / 2
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{theme["fill"]}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
        f'<text x="{centre:g}" y="{middle - 3:g}" font-size="14" font-weight="600" '
        f'fill="{theme["text"]}">{escape(box["title"])}</text>'
        f'<text x="{centre:g}" y="{middle + 14:g}" font-size="12" '
        f'fill="{theme["quiet"]}">{escape(box["note"])}</text>'
    )


def images() -> dict[Path, str]:
    """Each file of the picture with its content."""
    data = tomllib.loads((_HERE / "architecture.toml").read_text())
    return {_IMAGES / f"architecture-{name}.svg": draw(data, theme) for name, theme in THEMES.items()}


def main() -> None:
    """Write the files."""
    for path, content in images().items():
        path.write_text(content)


if __name__ == "__main__":
    main()
