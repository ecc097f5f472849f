"""The search page."""

import shlex
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from jaeger.tracebox import search
from jaeger.tracebox.html import Markup, el, page
from jaeger.tracebox.look import colour, milliseconds
from jaeger.tracebox.params import MAX_SEARCH_DEPTH, Query, parse_duration
from jaeger.tracebox.schema import reading

_LOOKBACKS = ("5m", "15m", "1h", "6h", "24h", "168h")


def search_page(request: Request) -> Response:
    """GET /: the form, and the newest traces that meet it."""
    form = request.query_params
    problem, query, traces = None, None, []
    try:
        query = _query(form)
    except ValueError as error:
        problem = el("p", f"That cannot be searched: {error}", class_="error")
    with reading(request.app.state.database) as db:
        names = search.services(db)
        operations = sorted({name for name, _ in search.operations(db, form.get("service", ""))})
        if query:
            traces = [search.summary(db, row) for row in search.find_traces(db, query)]
    results = problem or _results(traces)
    return HTMLResponse(page("Traces", _form(form, names, operations), results), 400 if problem else 200)


def _query(form: Mapping[str, str]) -> Query:
    now = time.time_ns()
    words = [word.partition("=") for word in shlex.split(form.get("attributes", ""))]
    if any(not equals for _, equals, _ in words):
        raise ValueError("attributes are written key=value, with a space between two of them")
    limit = int(form.get("limit") or 20)
    return Query(
        start_min=now - parse_duration(form.get("lookback") or "1h"),
        start_max=now + 60 * 10**9,
        service=form.get("service", ""),
        operation=form.get("operation", ""),
        attributes={key: value for key, _, value in words},
        duration_min=parse_duration(form["min"]) if form.get("min") else None,
        duration_max=parse_duration(form["max"]) if form.get("max") else None,
        depth=max(1, min(limit, MAX_SEARCH_DEPTH)),
    )


def _form(form: Mapping[str, str], services: list[str], operations: list[str]) -> Markup:
    def text(name: str, label: str, hint: str) -> Markup:
        return el("label", label, el("input", name=name, value=form.get(name, ""), placeholder=hint))

    return el(
        "form",
        _select("service", "Service", [("", "all"), *((name, name) for name in services)], form),
        _select("operation", "Operation", [("", "all"), *((name, name) for name in operations)], form),
        text("attributes", "Attributes", 'shop.order.id=... error=true "a key=a value"'),
        text("min", "Longer than", "100ms"),
        text("max", "Shorter than", "2s"),
        _select("lookback", "In the last", [(item, item) for item in _LOOKBACKS], {"lookback": "1h", **form}),
        text("limit", "Limit", "20"),
        el("button", "Find traces"),
    )


def _select(name: str, label: str, options: list[tuple[str, str]], form: Mapping[str, str]) -> Markup:
    chosen = form.get(name, "")
    items = [
        el("option", shown, value=value, selected="" if value == chosen else None) for value, shown in options
    ]
    return el("label", label, el("select", *items, name=name))


def _results(traces: Iterable[search.Summary]) -> Markup:
    rows = [_row(trace) for trace in traces]
    if not rows:
        return el("p", "No trace found. Spans arrive some seconds after the request they tell of.")
    titles = [el("th", title) for title in ("Start (UTC)", "Root", "Services", "Spans", "Errors", "Duration")]
    return el("table", el("thead", el("tr", *titles)), el("tbody", *rows), class_="traces")


def _row(trace: search.Summary) -> Markup:
    start = datetime.fromtimestamp(trace.start / 1e9, UTC)
    services = [
        el("span", f"{name} {count}", class_=f"service {colour(name)}") for name, count in trace.services.items()
    ]
    return el(
        "tr",
        el("td", start.strftime("%m-%d %H:%M:%S.%f")[:-3]),
        el("td", el("a", f"{trace.service}: {trace.operation}", href=f"/trace/{trace.trace_id}")),
        el("td", *services),
        el("td", trace.spans, class_="number", title="spans"),
        el("td", trace.errors, class_="number error" if trace.errors else "number", title="errors"),
        el("td", milliseconds(trace.duration), class_="number"),
    )
