"""Panels that ask Loki, which only the containers have."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import logs, timeseries
from grafana_foundation_sdk.builders import loki as query
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model

from grafana.colours import MEANINGS, PALETTE
from grafana.panels import lines
from grafana.series import paints

__all__ = ["LOKI", "counts", "records"]

LOKI = model.DataSourceRef(type_val="loki", uid="loki")
_LEVELS = {
    "critical": MEANINGS["failure"],
    "error": MEANINGS["failure"],
    "warning": MEANINGS["throttled"],
    "info": PALETTE[0],
    "debug": MEANINGS["quiet"],
    "unknown": PALETTE[9],
}


def counts(title: str, why: str, expr: str, legend: str) -> timeseries.Panel:
    """Numbers of lines over time, stacked. A level has the colour of its meaning, a service its own."""
    panel = lines(title, why, "none", stack=True).datasource(LOKI)
    colours = [("byName", name, colour) for name, colour in _LEVELS.items()] if legend == "{{level}}" else []
    colours += [(paint.matcher, paint.option, paint.colour) for paint in paints([legend]) if not colours]
    for matcher, option, colour in colours:
        fixed = model.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
        panel.with_override(model.MatcherConfig(id_val=matcher, options=option), [fixed])
    return panel.draw_style(options.GraphDrawStyle.BARS).with_target(_target(expr).legend_format(legend))


def records(title: str, why: str, expr: str) -> logs.Panel:
    """The lines themselves, the newest first. The fields of a line lead to its trace."""
    panel = logs.Panel().title(title).description(why).datasource(LOKI).no_value("No line")
    panel.show_time(True).wrap_log_message(True).enable_log_details(True).show_labels(False)
    panel.sort_order(options.LogsSortOrder.DESCENDING).dedup_strategy(options.LogsDedupStrategy.NONE)
    panel.thresholds(build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(_PLAIN)).unit("none")
    return panel.with_target(_target(expr).max_lines(500))


_PLAIN = [model.Threshold(value=None, color="text")]


def _target(expr: str) -> query.Dataquery:
    return query.Dataquery().expr(expr).ref_id("A").datasource(LOKI).query_type("range")
