"""A run as a page that stands alone: no script, nothing from elsewhere, and every text from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from loadtests.growth.plot import chart

__all__ = ["render"]

_POINTS = 150  # of a line: more than that cannot be told apart
_BOARDS = ("overview", "checkout", "resilience", "runtime", "gateway")
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color: #222; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; display: block; overflow-x: auto }
td, th { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums }
.held { color: #17803d } .broken { color: #c02626; font-weight: 600 } svg { max-width: 100%; height: auto }
a { color: #1d5fbf }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #151719 } a { color: #7fb2ff }
  .held { color: #5cc98a } .broken { color: #ff8080 } }
"""
_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
"""


def render(results: Mapping[str, Any], traces: str, dashboards: str) -> str:
    """The page. results: as in results.json. traces, dashboards: base URLs, empty where there are none."""
    name, passed = str(results["scenario"]), not results["failures"]
    title = f"{name}: {'passed' if passed else 'failed'}"
    began = datetime.fromtimestamp(results["began"], UTC)
    facts = f"{began:%Y-%m-%d %H:%M:%S} UTC, {results['ended'] - results['began']:.0f} s, seed {results['seed']}, "
    parts = [
        f"{_HEAD}<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<h1 class="{"held" if passed else "broken"}">{escape(title)}</h1>',
        f"<p>{escape(facts + str(results.get('machine', '')))}</p>",
        *_links(results, dashboards),
        "<h2>Objectives</h2>",
        _table(("wanted", "found", ""), (_verdict(one) for one in results["verdicts"])),
        *_failures(results["failures"]),
        "<h2>Second by second</h2>",
        *_plots(results["moments"]),
        *_ramp(results),
        "<h2>Slowest journeys</h2>",
        _table(("journey", "seconds", "problem", "trace"), (_journey(one, traces) for one in results["slowest"])),
        "<h2>Calls</h2>",
        _table(("call", "number", "failed", "p50 ms", "p95 ms", "p99 ms"), _calls(results["requests"])),
        "<h2>Outcomes</h2>",
        _table(("outcome", "number"), ((escape(k), _number(v)) for k, v in sorted(results["outcomes"].items()))),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _links(results: Mapping[str, Any], dashboards: str) -> Iterator[str]:
    if not _is_link(dashboards):
        return
    span = f"from={int(results['began'] * 1000)}&to={int(results['ended'] * 1000)}"
    links = (f'<a href="{escape(f"{dashboards}/d/glasshouse-{one}?{span}")}">{one}</a>' for one in _BOARDS)
    yield f"<p>Dashboards of this time: {', '.join(links)}</p>"


def _verdict(one: Mapping[str, Any]) -> tuple[str, str, str]:
    mark = '<span class="held">reached</span>' if one["held"] else '<span class="broken">not reached</span>'
    return escape(one["objective"]), escape(one["found"]), mark


def _failures(failures: Sequence[str]) -> Iterator[str]:
    if failures:
        yield "<h2>Failures</h2>"
        yield _table(("what",), ((escape(one),) for one in failures))


def _plots(moments: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(moments) < 2:
        yield "<p>Too short for a plot.</p>"
        return
    wanted = {
        "Requests": ("a second", {"requests": "requests", "failures": "failures"}),
        "Answers": ("ms", {"p95": "p95"}),
        "People": ("inside", {"people": "people"}),
        "Processors of the machine": ("busy", {"busy": "busy"}),
    }
    for title, (up, lines) in wanted.items():
        points = {name: _thinned(moments, key) for key, name in lines.items()}
        yield chart(title, "seconds", up, points, linear=True)


def _thinned(moments: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    """The highest value of each stretch: a peak is never left out."""
    size, first = -(-len(moments) // _POINTS), moments[0]["at"]
    stretches = (moments[at : at + size] for at in range(0, len(moments), size))
    return [(part[0]["at"] - first, max(float(one[key]) for one in part)) for part in stretches]


def _ramp(results: Mapping[str, Any]) -> Iterator[str]:
    if results.get("steps"):
        yield "<h2>Steps</h2>"
        rows = (
            (
                f"{one['rate']:g}",
                str(one["requests"]),
                f"{one['p95']:.0f}",
                escape("; ".join(one["broken"]) or "holds"),
            )
            for one in results["steps"]
        )
        yield _table(("arrivals a second", "requests", "p95 ms", ""), rows)
    if results.get("saturation"):
        yield "<h2>What was full, the first first</h2>"
        rows_of = (
            (escape(one["what"]), f"{one['share']:.0%}", "never" if one["rate"] is None else f"{one['rate']:g}")
            for one in results["saturation"]
        )
        yield _table(("what", "highest share", "full at arrivals a second"), rows_of)


def _journey(one: Mapping[str, Any], traces: str) -> tuple[str, str, str, str]:
    trace = escape(str(one["trace"]))
    if _is_link(traces) and re.fullmatch("[0-9a-f]{32}", str(one["trace"])):
        trace = f'<a href="{escape(traces)}/trace/{trace}">{trace}</a>'
    return escape(one["journey"]), f"{one['seconds']:.3f}", escape(one["problem"]), trace


def _calls(requests: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[str, ...]]:
    for name, one in sorted(requests.items()):
        numbers = (one[key] for key in ("requests", "failures", "p50", "p95", "p99"))
        yield (escape(name), *(_number(number) for number in numbers))


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _is_link(url: str) -> bool:
    return re.match(r"https?://", url) is not None


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already. What looks like a number stands on the right."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(cell: str) -> str:
    return f'<td class="n">{cell}</td>' if re.fullmatch(r"[\d,.]+%?", cell) else f"<td>{cell}</td>"
