"""The panel kinds that the dashboards use. A title is short; the description asks the question and explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboardlist, gauge, logs, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus as query
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models import prometheus as format_

from grafana.colours import MEANINGS, PALETTE
from grafana.promql import WINDOW, quantile, rare
from grafana.series import paints

__all__ = [
    "PROMETHEUS",
    "Panel",
    "Q",
    "bars",
    "dashboards",
    "dial",
    "grid",
    "latency",
    "lines",
    "number",
    "yes_no",
]

PROMETHEUS = model.DataSourceRef(type_val="prometheus", uid="prometheus")

IDLE = "nothing yet"  # for rates and durations of what has not happened lately
_COLOURS = {"green": MEANINGS["success"], "orange": MEANINGS["throttled"], "red": MEANINGS["failure"]}
# The least that an axis shows, so that noise does not fill a panel; and how many decimals a value needs.
_LEAST = {
    "s": 0.01,
    "percentunit": 0.02,
    "reqps": 1,
    "ops": 1,
    "cpm": 5,
    "none": 5,
    "Bps": 1000,
    "locale": 10,
}
_DECIMALS = {"percentunit": 1, "reqps": 1, "ops": 1, "cpm": 1, "none": 0, "locale": 0}
Panel = (
    timeseries.Panel | stat.Panel | gauge.Panel | bargauge.Panel | table.Panel | dashboardlist.Panel | logs.Panel
)
P = TypeVar("P", timeseries.Panel, stat.Panel, gauge.Panel, bargauge.Panel, table.Panel)
Steps = tuple[tuple[float, str], ...]  # from this value on, this colour; green below


@dataclass(frozen=True)
class Q:
    """A query, and how its series are named in the legend."""

    expr: str
    legend: str
    exemplar: bool = False


def lines(
    title: str,
    why: str,
    unit: str,
    *queries: Q,
    stack: bool = False,
    steps: Steps = (),
    top: float | None = None,
    links: list[build.DashboardLink] | None = None,
) -> timeseries.Panel:
    """Values over time; stacked when they are parts of a whole. `top`: the highest value there is."""
    panel = (
        timeseries.Panel()
        .min(0)
        .line_width(1)
        .fill_opacity(30 if stack else 8)
        .show_points(options.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .display_mode(options.LegendDisplayMode.TABLE)
            .placement(options.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["lastNotNull", "max", "mean"])
        )
        .tooltip(
            common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(options.SortOrder.DESCENDING)
        )
        .stacking(
            common.StackingConfig().mode(options.StackingMode.NORMAL if stack else options.StackingMode.NONE)
        )
        .thresholds_style(
            common.GraphThresholdsStyleConfig().mode(
                options.GraphThresholdsStyleMode.DASHED if steps else options.GraphThresholdsStyleMode.OFF
            )
        )
    )
    if top is not None:
        panel.max(top)
    elif unit in _LEAST:
        panel.axis_soft_min(0).axis_soft_max(_LEAST[unit])
    if found := [*(links or []), *_to_service(queries)]:
        panel.data_links([*found])
    return _common(panel, title, why, unit, queries, steps)


def latency(
    title: str,
    why: str,
    histogram: str,
    *,
    by: str = "",
    where: str = "",
    window: str = WINDOW,
    steps: Steps = (),
    service: str = "",
) -> timeseries.Panel:
    """p50, p95 and p99 of a histogram, or p95 by a label; with exemplars that open their trace."""
    if by:
        queries = [Q(quantile(0.95, histogram, by=by, where=where, window=window), f"{{{{{by}}}}}", exemplar=True)]
    else:
        shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
        queries = [
            Q(quantile(q, histogram, where=where, window=window), name, exemplar=q == 0.99) for q, name in shares
        ]
    service = service or ("${__field.labels.job}" if by == "job" else "")
    links = [
        _link("Trace of this exemplar", "${jaeger}/trace/${__field.labels.trace_id}"),
        _link("Traces of this service", "${jaeger}/search" + (f"?service={service}" if service else "")),
    ]
    return lines(title, why, "s", *queries, steps=steps, links=links)


def number(
    title: str,
    why: str,
    unit: str,
    *queries: Q,
    steps: Steps = (),
    texts: dict[str, str] | None = None,
    loud: bool = False,
) -> stat.Panel:
    """One value of now, big, with its recent course behind it. `texts` names values; `loud` colours all of it."""
    panel = (
        stat.Panel()
        .graph_mode(options.BigValueGraphMode.AREA)
        .color_mode(options.BigValueColorMode.BACKGROUND_SOLID if loud else options.BigValueColorMode.VALUE)
        .reduce_options(_last())
    )
    if texts:
        panel.mappings([_named(texts)])
    return _common(panel, title, why, unit, queries, steps)


def yes_no(title: str, why: str, expr: str) -> stat.Panel:
    """Whether `expr` is 1. No series is a no: what would say so is gone, and its last yes must not stay."""
    return number(title, why, "none", Q(rare(expr), "yes"), texts={"1": "yes", "0": "no"})


def dial(
    title: str, why: str, unit: str, *queries: Q, steps: Steps, texts: dict[str, str] | None = None
) -> gauge.Panel:
    """One value between 0 and 1."""
    panel = gauge.Panel().min(0).max(1).show_threshold_markers(True).reduce_options(_last())
    if texts:
        panel.mappings([_named(texts)])
    return _common(panel, title, why, unit, queries, steps)


def bars(
    title: str, why: str, unit: str, *queries: Q, steps: Steps = (), texts: dict[str, str] | None = None
) -> bargauge.Panel:
    """Values of now beside each other, to be compared."""
    panel = (
        bargauge.Panel()
        .min(0)
        .display_mode(options.BarGaugeDisplayMode.BASIC)
        .orientation(options.VizOrientation.HORIZONTAL)
        .reduce_options(_last())
    )
    if texts:
        panel.mappings([_named(texts)])
    return _common(panel, title, why, unit, queries, steps, instant=True)


_HEADINGS = {"http_request_method": "method", "http_response_status_code": "status", "http_route": "route"}


def grid(title: str, why: str, unit: str, *queries: Q, has_value: bool = True) -> table.Panel:
    """A row for each series of now, with its value, which is in sight however many labels there are, and these."""
    panel = _common(table.Panel(), title, why, unit, queries, (), instant=True)
    hidden = {"Time": True, "__name__": True, "Value": not has_value}
    organize = model.DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": hidden,
            "indexByName": {"Value": 0},
            "renameByName": {**_HEADINGS, "Value": queries[0].legend},
        },
    )
    return panel.with_transformation(organize).filterable(True)


def dashboards() -> dashboardlist.Panel:
    """Grafana's list of dashboards: ours, by their tag."""
    panel = dashboardlist.Panel().tags(["glasshouse"]).max_items(30)
    panel.show_search(True).show_starred(False).show_headings(False).show_folder_names(False)
    panel.keep_time(True).no_value("No dashboard")
    return panel.title("Dashboards").description(
        "Which dashboards are there? Each keeps the time that is looked at; the menu above has them too."
    )


def _common(
    panel: P, title: str, why: str, unit: str, queries: tuple[Q, ...], steps: Steps, *, instant: bool = False
) -> P:
    panel.title(title).description(why).unit(unit).datasource(PROMETHEUS).no_value(IDLE)
    # Grafana finds the decimals of an axis by itself; only whole things must stay whole.
    is_whole = unit == "none" and not any(" / " in q.expr for q in queries)
    if is_whole or (unit in _DECIMALS and unit != "none" and not isinstance(panel, timeseries.Panel)):
        panel.decimals(_DECIMALS[unit])
    panel.thresholds(build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(_ladder(panel, steps)))
    if not isinstance(panel, table.Panel | stat.Panel | gauge.Panel) and not (
        steps and isinstance(panel, bargauge.Panel)
    ):
        for paint in paints([q.legend for q in queries]):
            matcher = model.MatcherConfig(id_val=paint.matcher, options=paint.option)
            panel.with_override(matcher, paint.properties())
    if isinstance(panel, timeseries.Panel):
        panel.color_scheme(build.FieldColor().mode(model.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    for letter, q in zip("ABCDEFGH", queries, strict=False):
        target = query.Dataquery().expr(q.expr).ref_id(letter).datasource(PROMETHEUS).legend_format(q.legend)
        if instant:
            table_ = isinstance(panel, table.Panel)
            target.instant().format(
                format_.PromQueryFormat.TABLE if table_ else format_.PromQueryFormat.TIME_SERIES
            )
        else:
            target.range().exemplar(q.exemplar)
        panel.with_target(target)
    return panel


def _ladder(panel: P, steps: Steps) -> list[model.Threshold]:
    """Colours by value. Where no value is better than another, none is green: it would mean success."""
    if not steps:
        plain = PALETTE[0] if isinstance(panel, bargauge.Panel) else "text"
        return [model.Threshold(value=None, color=plain)]
    base = "orange" if steps[0][1] == "green" else "green"
    return [
        model.Threshold(value=None, color=_COLOURS[base]),
        *(model.Threshold(value=value, color=_COLOURS[colour]) for value, colour in steps),
    ]


def _named(texts: dict[str, str]) -> model.ValueMap:
    """Words in place of values; a no is red, and what says nothing yet is grey."""
    colours = {"no": MEANINGS["failure"], "yes": MEANINGS["success"]}
    return model.ValueMap(
        options={
            value: model.ValueMappingResult(text=text, color=colours.get(text, MEANINGS["quiet"]))
            for value, text in texts.items()
        }
    )


def _to_service(queries: tuple[Q, ...]) -> list[build.DashboardLink]:
    """From a line of a service to its dashboard."""
    if all(q.legend != "{{job}}" for q in queries):
        return []
    url = "/d/glasshouse-service?var-service=${__field.labels.job}&${__url_time_range}"
    return [_link("Dashboard of this service", url)]


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)


def _link(title: str, url: str) -> build.DashboardLink:
    return build.DashboardLink(title).type(model.DashboardLinkType.LINK).url(url).target_blank(True)
