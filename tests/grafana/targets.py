"""Every query of every panel, with all values of its variables put in, as a live Prometheus knows them."""

from __future__ import annotations

import itertools
import json
import math
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.installation.readiness import DIRECT
from grafana.build import FOLDER
from grafana.promql import ZERO

__all__ = ["Target", "documents", "has_data", "panels", "prometheus", "targets"]

Ask = Callable[[str, dict[str, str]], Any]  # path below /api/v1/ and parameters -> `data`
_LEGEND = re.compile(r"\{\{(\w+)\}\}")
_LABEL_VALUES = re.compile(r"label_values\((?P<series>.+), (?P<label>\w+)\)")


@dataclass(frozen=True)
class Target:
    """One query that a reader of the dashboards can come to see."""

    dashboard: str
    panel: str
    expr: str
    labels: frozenset[str]  # those that its legend names


def prometheus(url: str) -> Ask:
    """Asks the Prometheus at `url`."""

    def ask(path: str, parameters: dict[str, str]) -> Any:
        query = urllib.parse.urlencode(parameters)
        with DIRECT.open(f"{url}/api/v1/{path}?{query}", timeout=10) as answer:
            return json.load(answer)["data"]

    return ask


def documents(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The generated dashboards."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels that ask Prometheus: no headings of rows, no lists of alerts or dashboards."""
    return [panel for panel in dashboard["panels"] if panel.get("targets")]


def targets(ask: Ask) -> Iterator[Target]:
    """All queries. The 0 of what has never happened is taken off: the real series is what is asked for."""
    for dashboard in documents():
        values = dict(_values(dashboard, ask))
        for panel in panels(dashboard):
            for target in panel["targets"]:
                expr = target["expr"].removesuffix(ZERO)
                labels = frozenset(_LEGEND.findall(target["legendFormat"]))
                used = [name for name in values if f"${name}" in expr]
                for chosen in itertools.product(*(values[name] for name in used)):
                    put = _put(expr, dict(zip(used, chosen, strict=True)))
                    yield Target(dashboard["uid"], panel["title"], put, labels)


def has_data(ask: Ask, target: Target) -> bool:
    """Whether its query now answers with at least one number that its legend can name."""
    answer = ask("query", {"query": target.expr})["result"]
    named = [series for series in answer if target.labels <= series["metric"].keys()]
    return any(not math.isnan(float(series["value"][1])) for series in named)


def _values(dashboard: dict[str, Any], ask: Ask) -> Iterator[tuple[str, list[str]]]:
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        query = _LABEL_VALUES.fullmatch(variable["query"]["query"])
        assert query, f"{dashboard['uid']}: {variable['query']}"
        found = ask(f"label/{query['label']}/values", {"match[]": query["series"]})
        assert found, f"{dashboard['uid']}: ${variable['name']} has no values"
        yield variable["name"], found


def _put(expr: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        expr = expr.replace(f"${name}", value)
    return expr
