"""Answers that Prometheus and Alertmanager have."""

from __future__ import annotations

import time
from dataclasses import dataclass

from deploy.cli.drill_watch import active_alerts
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.cli.prometheus import ask
from deploy.installation.layout import Layout

__all__ = ["Alert", "Exemplar", "Metric"]

_LOOKBACK = 900.0  # seconds
_AGAIN = "Do the steps of the lesson first. Prometheus asks every 5 s, and a rate needs some of its samples."


@dataclass(frozen=True)
class Metric:
    """The answer to a question in PromQL. label: this label of each series is one; else the value of the first."""

    query: str
    label: str = ""

    def find(self, layout: Layout) -> Truth:
        """What Prometheus answers now."""
        found = ask(layout, "query", {"query": self.query})["result"]
        if not found:
            raise NotYetError("Prometheus has no answer to the lesson's question yet.", _AGAIN)
        source = f"Prometheus answers {self.query}"
        if self.label:
            return Truth(tuple(sorted({one["metric"][self.label] for one in found})), source)
        return Truth((f"{float(found[0]['value'][1]):.10g}",), source, "number")


@dataclass(frozen=True)
class Exemplar:
    """The trace id of an exemplar of a histogram, with a value above a limit (seconds), of the last 15 minutes."""

    metric: str
    above: float

    def find(self, layout: Layout) -> Truth:
        """Which exemplars Prometheus has now."""
        now = time.time()
        found = ask(
            layout, "query_exemplars", {"query": f"{self.metric}_bucket", "start": now - _LOOKBACK, "end": now}
        )
        traces = {
            one["labels"]["trace_id"]
            for series in found
            for one in series["exemplars"]
            if float(one["value"]) > self.above and "trace_id" in one["labels"]
        }
        if not traces:
            raise NotYetError(f"Prometheus has no exemplar of {self.metric} above {self.above:g} s yet.", _AGAIN)
        return Truth(tuple(sorted(traces)), f"Prometheus has {len(traces)} such exemplars of {self.metric}", "id")


@dataclass(frozen=True)
class Alert:
    """The name of an alert of a service that fires and that no other alert explains."""

    service: str

    def find(self, layout: Layout) -> Truth:
        """Which ones Alertmanager has now."""
        names = tuple(sorted({name for name, service in active_alerts(layout) if service == self.service}))
        if not names:
            raise NotYetError(
                "No alert fires yet because of this.",
                "Alerts wait until something lasts: come again in half a minute.",
            )
        return Truth(names, "Alertmanager has it")
