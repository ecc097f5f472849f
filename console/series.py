"""What a panel draws: `/api/series?targets=&from=&to=&step=`, with targets as a dashboard of Grafana has them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from console import prometheus
from console.answers import Answer, answers_refusals, as_json
from console.prometheus import Window
from console.settings import Settings

Json = Mapping[str, Any]
_TRACE = re.compile("[0-9a-f]{32}")


@answers_refusals
def answer(settings: Settings, query: str) -> Answer:
    """Status, type and content: named series, and dots that are requests with a trace."""
    targets, window = prometheus.read(query, "targets")
    found = [one for target in targets for one in series(settings, target, window)]
    told = [
        one
        for target in targets
        if target.get("exemplar")
        for one in prometheus.exemplars(settings, str(target.get("expr")), window)
    ]
    return as_json({"series": found, "dots": dots(told, window)})


def series(settings: Settings, target: Json, window: Window) -> Iterator[Json]:
    """The series of a target that have a value; `value` is the last one."""
    expr, legend = str(target.get("expr")), str(target.get("legendFormat", ""))
    if target.get("instant"):
        found = list(prometheus.at(settings, expr, window.end))
    else:
        found = list(prometheus.over_time(settings, expr, window))
    # The 0 that stands in for what has never happened has no labels; it gives way to what has happened.
    for labels, values in [one for one in found if one[0]] or found:
        last = next((value for value in reversed(values) if value is not None), None)
        if last is not None:
            yield {"name": prometheus.named(legend, labels), "labels": labels, "values": values, "value": last}


def dots(told: Iterable[Json], window: Window) -> list[Json]:
    """At most one for each two steps of time: the slowest, which is the one worth looking at."""
    best: dict[int, dict[str, Any]] = {}
    for one in told:
        trace, value, time = one["labels"].get("trace_id", ""), float(one["value"]), one["timestamp"]
        if not (_TRACE.fullmatch(trace) and math.isfinite(value)):
            continue
        slot = math.floor((time - window.begin) / (window.step * 2))
        if slot not in best or best[slot]["value"] < value:
            best[slot] = {"trace": trace, "value": value, "time": time}
    return list(best.values())
