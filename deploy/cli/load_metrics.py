"""What Prometheus saw of a load: answers that its scenario asks for, error budgets, and what was full."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from deploy.cli.prometheus import ask
from deploy.installation.layout import Layout
from deploy.operations.rollout import Spent
from loadtests import saturation
from loadtests.objectives import Asked, Verdict
from loadtests.saturation import RESOURCES, Full, Series
from loadtests.scenario import Stage
from prometheus.build import BURNS, load

__all__ = ["Asking"]

_SCRAPE = 5.0  # seconds between two scrapes: prometheus.yml
_LEAST_BAD = 10.0  # events: fewer say nothing about a budget, as in prometheus/build.py


class Asking:
    """Asks about the time from `began` to `ended` (Unix time). Everything raises ShopError."""

    def __init__(self, layout: Layout, began: float, ended: float) -> None:
        self._layout = layout
        self._began, self._ended = began, min(time.time(), ended + _SCRAPE)

    def answer(self, asked: Asked) -> Verdict:
        """Whether the largest value is at most as much as it may be. Not where nothing was measured."""
        window = math.ceil(self._ended - self._began)
        query = asked.query.replace("{window}", f"{window}s").replace("{half}", f"{window // 2}s")
        found = self._ask("query", query=query, time=self._ended)
        says = f"{asked.says}: at most {asked.at_most:g}"
        if not found:
            return Verdict(says, "Prometheus has no series for it", held=False)
        value = max(float(one["value"][1]) for one in found)
        return Verdict(says, f"{value:.3g}", held=value <= asked.at_most)

    def budget(self, at_most: float) -> Verdict:
        """How fast the error budgets were spent; 1: as fast as the promise allows."""
        found = self.spent()
        spent = {name: one.burn for name, one in found.items() if one.bad >= _LEAST_BAD}
        name = max(spent, key=lambda one: spent[one], default="")
        says = f"{name}: {spent[name]:.2f}" if name else f"no budget lost {_LEAST_BAD:.0f} events"
        objective = f"error budgets are spent at most {at_most:g} times as fast as they may be"
        if not any(one.events for one in found.values()):
            return Verdict(objective, "Prometheus has no events", held=False)
        return Verdict(objective, says, held=not name or spent[name] <= at_most)

    def spent(self) -> dict[str, Spent]:
        """What became of each objective's events. Too fast is what pages somebody at once: SLOBurn1h."""
        window, found = f"{math.ceil(self._ended - self._began)}s", dict[str, Spent]()
        for slo in load():
            events = self._value(slo.events("increase", window))
            bad = max(0.0, events - self._value(slo.good_events("increase", window)))
            burn = bad / (events * (1 - slo.objective)) if events else 0.0
            found[slo.name] = Spent(bad, events, burn, bad >= _LEAST_BAD and burn > BURNS[0].factor)
        return found

    def saturation(self, stages: Sequence[Stage], moments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """What was full, the first first, and then what was nearly full."""
        busy = [(one["at"], one["busy"]) for one in moments]
        series: Series = {"the processors of this machine": saturation.smooth(busy)}
        for resource in RESOURCES:
            for one in self._ask(
                "query_range", query=resource.query, start=self._began, end=self._ended, step=_SCRAPE
            ):
                name = resource.what.format_map(one["metric"])
                series[name] = [(float(at), float(value)) for at, value in one["values"]]
        found: list[Full] = saturation.ranked(series, self._began, stages)
        return [vars(one) for one in found]

    def _value(self, query: str) -> float:
        found = self._ask("query", query=query, time=self._ended)
        return float(found[0]["value"][1]) if found else 0.0

    def _ask(self, what: str, **parameters: str | float) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = ask(self._layout, what, parameters)["result"]
        return result
