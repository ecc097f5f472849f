"""Asks Prometheus for the pages, in the words of `/api/v1`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console import upstream
from console.answers import RefusedError, parameters
from console.settings import Settings
from jaeger.loose import mapping, mappings

Labels = Mapping[str, str]
MOST_VALUES = 10_000  # over time: Prometheus gives at most 11,000
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Window:
    """From when to when, in seconds since 1970, and how far apart the values are."""

    begin: float
    end: float
    step: float

    @property
    def places(self) -> int:
        """How many values there are over time."""
        return round((self.end - self.begin) / self.step) + 1


def read(query: str, what: str) -> tuple[list[Mapping[str, Any]], Window]:
    """The list of objects that is called `what`, and the window, of an address. Raises `RefusedError`."""
    given = parameters(query)
    try:
        asked = list(mappings(json.loads(given.get(what, "[]"))))
        json.dumps(asked, ensure_ascii=False).encode()  # half of a character cannot be asked for
        window = Window(*(float(given[name]) for name in ("from", "to", "step")))
        is_right = 0 < window.step < math.inf and 0 <= window.end - window.begin <= window.step * MOST_VALUES
    except (KeyError, ValueError, RecursionError):
        is_right = False
    if not is_right:
        said = f"`{what}` is a list; `from`, `to` and `step` are seconds, with at most {MOST_VALUES} steps"
        raise RefusedError(400, said)
    return asked, window


def over_time(settings: Settings, expr: str, window: Window) -> Iterator[tuple[Labels, list[float | None]]]:
    """The labels and the values of each series, at every step; nothing where there is no value."""
    asked = {"query": expr, "start": window.begin, "end": window.end, "step": window.step}
    for one in mappings(mapping(_data(settings, "query_range", asked)).get("result")):
        values: list[float | None] = [None] * window.places
        for time, text in one["values"]:
            value = float(text)
            values[round((time - window.begin) / window.step)] = value if math.isfinite(value) else None
        yield one["metric"], values


def at(settings: Settings, expr: str, time: float) -> Iterator[tuple[Labels, list[float | None]]]:
    """The same for one moment."""
    for one in mappings(mapping(_data(settings, "query", {"query": expr, "time": time})).get("result")):
        value = float(one["value"][1])
        yield one["metric"], [value if math.isfinite(value) else None]


def exemplars(settings: Settings, expr: str, window: Window) -> Iterator[Mapping[str, Any]]:
    """Each with its labels, value and timestamp."""
    asked = {"query": expr, "start": window.begin, "end": window.end}
    for series in mappings(_data(settings, "query_exemplars", asked)):
        yield from mappings(series.get("exemplars"))


def named(text: str, labels: Labels) -> str:
    """A legend of Grafana, `{{service}} p95`, with the values of labels in it."""
    return _LABEL.sub(lambda found: labels.get(found[1], ""), text).strip()


def _data(settings: Settings, name: str, asked: Mapping[str, object]) -> object:
    status, _, body = upstream.get(settings, f"/api/v1/{name}?{urlencode(asked)}")
    if status != 200:
        raise RefusedError(status, "Prometheus has no answer", body)
    return mapping(json.loads(body)).get("data")
