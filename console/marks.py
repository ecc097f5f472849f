"""What is marked on every chart: `/api/marks?annotations=&from=&to=&step=`, with those of a dashboard."""

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
_STEP = re.compile(r"([1-9]\d{0,4})s")


@answers_refusals
def answer(settings: Settings, query: str) -> Answer:
    """Status, type and content: the name of each mark, its colour, and from when to when it lasted."""
    annotations, window = prometheus.read(query, "annotations")
    found = [mark for one in annotations for mark in marks(settings, one, window)]
    return as_json({"marks": found})


def marks(settings: Settings, annotation: Json, charts: Window) -> Iterator[Json]:
    """Asked for with a step of its own, as Grafana does: a mark may be shorter than the step of the charts."""
    expr, written = str(annotation.get("expr")), _STEP.fullmatch(str(annotation.get("step")))
    finest = int(written[1]) if written else 15
    step = max(finest, math.ceil((charts.end - charts.begin) / prometheus.MOST_VALUES))
    if step > finest:  # what was only between two steps is not missed either
        expr = f"last_over_time(({expr})[{step}s:{finest}s])"
    window = Window(charts.begin, charts.end, step)
    for labels, values in prometheus.over_time(settings, expr, window):
        for first, last in stretches(values):
            yield {
                "name": prometheus.named(str(annotation.get("titleFormat", "")), labels),
                "colour": annotation.get("iconColor"),
                "from": window.begin + first * step,
                "to": window.begin + last * step,
            }


def stretches(values: Iterable[float | None]) -> list[tuple[int, int]]:
    """The first and the last place of each run of values."""
    found: list[tuple[int, int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
