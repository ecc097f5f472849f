"""The waterfall of one trace."""

from collections.abc import Mapping
from itertools import islice

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from jaeger.spans import Node, Span, read_spans, walk
from jaeger.tracebox import search
from jaeger.tracebox.html import Markup, el, join, page
from jaeger.tracebox.jsonform import resource_spans
from jaeger.tracebox.look import colour, counted, milliseconds
from jaeger.tracebox.params import BadParameterError, parse_trace_id
from jaeger.tracebox.schema import reading

_MOST_SPANS = 2000
_BAR_WIDTH = 1000


def trace_page(request: Request) -> Response:
    """GET /trace/{trace_id}."""
    try:
        trace_id = parse_trace_id(request.path_params["trace_id"])
    except BadParameterError as error:
        return HTMLResponse(page("Not a trace id", el("p", str(error), class_="error")), 400)
    with reading(request.app.state.database) as db:
        row = search.trace_row(db, trace_id)
        if row is None:
            text = "No such trace. It may not have arrived yet, or be dropped as one of the oldest."
            return HTMLResponse(page("No such trace", el("p", text)), 404)
        about = search.summary(db, row)
        spans = list(read_spans(resource_spans(db, row, _MOST_SPANS)))
    title = f"{about.service}: {about.operation}"
    numbers = ((about.spans, "span"), (len(about.services), "service"), (about.errors, "error"))
    facts = "".join(f"{counted(number, what)}, " for number, what in numbers)
    left_out = about.spans - len(spans)
    return HTMLResponse(
        page(
            title,
            el("h1", title),
            el("p", f"{facts}{milliseconds(about.duration)}, trace ", el("code", about.trace_id)),
            el("p", f"Only the first {len(spans)} spans are shown.") if left_out else None,
            el(
                "p",
                el("button", "Open all", id="open"),
                " ",
                el("button", "Close all", id="close"),
                class_="js",
            ),
            el("div", *[_line(node, about) for node in walk(spans)], class_="waterfall"),
        )
    )


def _line(node: Node, about: search.Summary) -> Markup:
    span = node.span
    row = el(
        "summary",
        el(
            "span",
            "\u2003" * node.depth,
            el("b", span.service, class_=f"service {colour(span.service)}"),
            f" {span.name} ",
            el("small", span.kind),
            el("strong", " error", class_="error") if span.error else None,
            el("small", " (its parent is missing)") if node.orphan else None,
            class_="name",
        ),
        _bar(span, about),
        el("span", milliseconds(span.duration), class_="number"),
    )
    return el("details", row, el("div", *_details(span, about), class_="details"))


def _bar(span: Span, about: search.Summary) -> Markup:
    scale = _BAR_WIDTH / max(about.duration, 1)
    left = min((span.start - about.start) * scale, _BAR_WIDTH - 2)
    rect = el(
        "rect",
        x=f"{left:.1f}",
        width=f"{max(span.duration * scale, 2):.1f}",
        height="10",
        class_="failed" if span.error else colour(span.service),
    )
    return el("svg", rect, viewBox=f"0 0 {_BAR_WIDTH} 10", preserveAspectRatio="none", class_="bar")


def _details(span: Span, about: search.Summary) -> list[Markup]:
    parts = [
        el("p", "span ", el("code", span.span_id), f", starts at {milliseconds(span.start - about.start)}"),
        el("p", f"status: {span.message or 'error'}", class_="error") if span.error else Markup(),
        _table("Attributes", span.attributes),
    ]
    for when, name, attributes in islice(span.events, 100):
        parts.append(_table(f"Event {name} at {milliseconds(when - about.start)}", attributes))
    for trace_id, span_id in islice(span.links, 100):
        parts.append(
            el("p", "Link to ", el("a", f"trace {trace_id}", href=f"/trace/{trace_id}"), f" span {span_id}")
        )
    return [*parts, _table("Resource", span.resource)]


def _table(title: str, attributes: Mapping[str, str]) -> Markup:
    rows = [el("tr", el("th", key), el("td", value)) for key, value in sorted(attributes.items())]
    return join(el("h2", title), el("table", *rows))
