"""Alerts on dashboards: the list of what fires, and marks at the times when it fired."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard as model

from grafana.colours import MEANINGS
from grafana.panels import PROMETHEUS

__all__ = ["DRILLS", "FIRING", "RESTARTS", "leading_to", "listed", "marks"]

_RULES = Path(__file__).parents[1] / "prometheus" / "rules"
FIRING = 'ALERTS{alertstate="firing", severity=~"page|ticket"}'  # `info` is told to nobody
# The step of annotations is 15 s, so a start is marked once.
RESTARTS = "time() - process_start_time_seconds < 15"
DRILLS = "shop_drill_active"  # there only while a drill lasts (./shop drill)
_RUNBOOK = '<a href="/public/docs/runbooks.html#{{alertname}}" target="_blank">Runbook</a>'


class Listed(build.Panel):
    """Grafana's alert list: the SDK has no builder for it."""

    def __init__(self, matchers: str) -> None:
        super().__init__()
        self.type("alertlist").options(
            {
                "viewMode": "list",
                "groupMode": "default",
                "groupBy": [],
                "maxItems": 20,
                "sortOrder": 3,  # the most important first
                "dashboardAlerts": False,
                "alertName": "",
                "alertInstanceLabelFilter": f"{{{matchers}}}" if matchers else "",
                "datasource": "Prometheus",
                "showInstances": True,
                "stateFilter": {
                    **dict.fromkeys(("firing", "pending", "error"), True),
                    **dict.fromkeys(("noData", "normal"), False),
                },
            }
        )


def listed(matchers: str) -> Listed:
    """The list of alerts that fire, or are about to, of those with these labels."""
    panel = Listed(matchers)
    panel.title("Alerts").description(
        "Which alerts fire now, or will when their cause lasts? Each leads to its runbook and its dashboard. "
        "An empty list is healthy."
    )
    panel.datasource(PROMETHEUS).no_value("No alert fires")
    return panel


def marks(matchers: str) -> list[build.AnnotationQuery]:
    """Marks on every panel: red while an alert fires, with its name and runbook; grey where a process began;
    yellow while a drill lasts."""
    more = f", {matchers}" if matchers else ""
    firing = {
        "tagKeys": "severity,service",
        "titleFormat": "{{alertname}}",
        "textFormat": f"{{{{service}}}} {_RUNBOOK}",
    }
    drilled = {"tagKeys": "fault", "titleFormat": "drill: {{fault}}", "textFormat": ""}
    started = {"tagKeys": "job", "titleFormat": "{{instance}} started", "textFormat": ""}
    return [
        Query("Firing alerts", FIRING.replace("}", f"{more}}}"), MEANINGS["failure"], firing),
        Query("Restarts", RESTARTS, MEANINGS["quiet"], started),
        Query("Drills", DRILLS, MEANINGS["throttled"], drilled),
    ]


class Query(build.AnnotationQuery):
    """An annotation from Prometheus. The SDK does not know what else its data source wants: `words`."""

    def __init__(self, name: str, expr: str, colour: str, words: Mapping[str, str]) -> None:
        super().__init__()
        self.name(name).datasource(PROMETHEUS).enable(True).icon_color(colour).expr(expr)
        self._words = words

    def build(self) -> model.AnnotationQuery:
        """The model, which also writes how a mark is named."""
        return _Annotation(super().build(), self._words)


class _Annotation(model.AnnotationQuery):
    def __init__(self, plain: model.AnnotationQuery, words: Mapping[str, str]) -> None:
        vars(self).update(vars(plain))
        self._words = words

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "step": "15s", **self._words}


def leading_to(uid: str) -> list[str]:
    """The names of the alerts whose dashboard this is."""
    return [name for name, rule in _alerts().items() if f"/d/{uid}" in rule["annotations"]["dashboard"]]


def _alerts() -> dict[str, dict[str, Any]]:
    return {
        rule["alert"]: rule
        for path in sorted(_RULES.glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
