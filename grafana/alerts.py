"""Alerts on dashboards: the list of what fires, and marks at the times when it fired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard as model

from grafana.colours import MEANINGS
from grafana.panels import PROMETHEUS

__all__ = ["FIRING", "leading_to", "listed", "marks"]

_RULES = Path(__file__).parents[1] / "prometheus" / "rules"
FIRING = 'ALERTS{alertstate="firing", severity=~"page|ticket"}'  # `info` is told to nobody
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
    """A mark on every panel while an alert fires, in red; where the mouse is, its name and its runbook."""
    more = f", {matchers}" if matchers else ""
    return [Query("Firing alerts", FIRING.replace("}", f"{more}}}"))]


class Query(build.AnnotationQuery):
    """An annotation from Prometheus. The SDK does not know what its data source wants beside the query."""

    def __init__(self, name: str, expr: str) -> None:
        super().__init__()
        self.name(name).datasource(PROMETHEUS).enable(True).icon_color(MEANINGS["failure"]).expr(expr)

    def build(self) -> model.AnnotationQuery:
        """The model, which also writes how a mark is named."""
        return _Annotation(super().build())


class _Annotation(model.AnnotationQuery):
    def __init__(self, plain: model.AnnotationQuery) -> None:
        vars(self).update(vars(plain))

    def to_json(self) -> dict[str, object]:
        return {
            **super().to_json(),
            "step": "15s",
            "tagKeys": "severity,service",
            "titleFormat": "{{alertname}}",
            "textFormat": f"{{{{service}}}} {_RUNBOOK}",
        }


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
