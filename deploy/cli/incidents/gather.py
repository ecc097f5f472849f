"""Asks Prometheus, the trace store and the log files of a platform what there was in a stretch of time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.cli.incidents import series
from deploy.cli.log_files import everything
from deploy.cli.prometheus import ask
from deploy.cli.trace_search import Traces, search, services, trace_store
from deploy.installation.layout import Layout
from deploy.installation.log_names import log_files
from jaeger.spans import Span

__all__ = ["alerts", "telemetry"]

_STEP = 5  # seconds between two scrapes: prometheus.yml
_MOST_POINTS = 200  # of a series: a longer time has larger steps
_SLICE = timedelta(seconds=10)  # of time in one question for traces
_DEPTH = 1500  # the most traces that the store gives at once
_LONGEST = 2000  # characters of a log line
_TELLTALE = "flags.changed"  # the one event that names the fault: a data set must not
_PROXIES = ("gateway", "frontend")
_TIMEOUT = 30.0


def telemetry(layout: Layout, begin: float, end: float) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table. Raises ShopError when somebody does not answer."""
    prometheus = _Prometheus(layout, begin, end)
    lines = list(_lines(layout, begin, end))
    return {
        "metric/metric_container.csv": [*prometheus.rows("container")],
        "metric/metric_mesh.csv": [*prometheus.rows("mesh")],
        "metric/metric_service.csv": [*_service_rows(prometheus)],
        "trace/trace_span.csv": [_span_row(span) for span in _spans(layout, begin, end)],
        "log/log_service.csv": [line for line in lines if line[2] not in _PROXIES],
        "log/log_proxy.csv": [line for line in lines if line[2] in _PROXIES],
    }


def alerts(layout: Layout, begin: float, end: float) -> list[dict[str, Any]]:
    """The alerts that fired: as Prometheus knew them at each scrape. endsAt: None when it still fires."""
    found = []
    prometheus = _Prometheus(layout, begin, end)
    for one in prometheus.ask(series.ALERTS):
        labels = {key: value for key, value in one["metric"].items() if key not in ("__name__", "alertstate")}
        first, last = float(one["values"][0][0]), float(one["values"][-1][0])
        over = None if last + prometheus.step > end else last + prometheus.step
        found.append({"labels": labels, "startsAt": first, "endsAt": over})
    return sorted(found, key=lambda one: (one["startsAt"], str(one["labels"])))


class _Prometheus:
    def __init__(self, layout: Layout, begin: float, end: float) -> None:
        self._layout = layout
        self.step = _STEP * max(1, math.ceil((end - begin) / _STEP / _MOST_POINTS))
        self._range = {"start": begin, "end": end, "step": self.step}

    def ask(self, query: str) -> list[dict[str, Any]]:
        answer = ask(self._layout, "query_range", {"query": query, **self._range}, timeout=_TIMEOUT)
        found: list[dict[str, Any]] = answer["result"]
        return found

    def rows(self, table: str) -> list[series.Row]:
        return [row for kpi in series.SERIES[table] for row in series.named(kpi, self.ask(kpi.query))]


def _service_rows(prometheus: _Prometheus) -> Iterator[tuple[object, ...]]:
    found: dict[tuple[str, int], dict[str, float]] = {}
    for at, service, name, value in prometheus.rows("service"):
        found.setdefault((service, at), {})[name] = value
    for (service, at), values in sorted(found.items()):
        if count := values.get("count"):
            answered, succeeded = (
                round(100 - 100 * values.get(name, 0) / count, 2) for name in ("unanswered", "failed")
            )
            yield service, at, answered, succeeded, round(values.get("mrt", 0), 3), round(count)


def _spans(layout: Layout, begin: float, end: float) -> list[Span]:
    """The spans of all traces that began in this time, by time; a trace that began before is half of one."""
    traces: Traces = {}
    with trace_store(layout) as store:
        for service in services(store):
            at = datetime.fromtimestamp(begin, UTC)
            while at.timestamp() < end:
                traces.update(search(store, service, at, at + _SLICE, depth=_DEPTH))
                at += _SLICE
    within = [spans for spans in traces.values() if begin <= min(span.start for span in spans) / 1e9 <= end]
    return sorted((span for spans in within for span in spans), key=lambda span: span.start)


def _span_row(span: Span) -> tuple[object, ...]:
    """status_code: that of OTLP, 0 or 2 for an error. type: the kind of the span."""
    instance = span.resource.get("service.instance.id", "").rpartition(".")[0] or span.service
    return (
        *(span.start // 10**6, instance, span.span_id, span.trace_id, span.duration // 1000),
        *(span.kind or "internal", 2 if span.error else 0, span.name, span.parent_id),
    )


def _lines(layout: Layout, begin: float, end: float) -> Iterator[tuple[object, ...]]:
    first, last = (datetime.fromtimestamp(at, UTC) for at in (begin, end))
    files = log_files(layout.logs, since=begin)
    found = [one for one in everything(files) if first <= one.when <= last and one.entry.get("event") != _TELLTALE]
    for number, one in enumerate(sorted(found, key=lambda one: one.when)):
        text = one.line if len(one.line) <= _LONGEST else one.line[:_LONGEST] + "..."
        yield f"{number:07d}", int(one.when.timestamp()), one.program, f"log_{one.program}", text
