"""A dashboard: rows of panels, variables and links, laid out on Grafana's grid of 24 columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import dashboardlist, logs
from grafana_foundation_sdk.models import dashboard as model

from grafana import alerts
from grafana.panels import PROMETHEUS, Panel

__all__ = ["Board", "Row", "Variable", "render"]

# Where a browser finds the parts that are no dashboards, natively with the ports of the first installation. The
# console puts in its own, and so does Grafana's start in docker-compose.yml.
ADDRESSES = {
    "shop": "http://localhost:8080",
    "jaeger": "http://localhost:16686",
    "rabbitmq": "http://localhost:15672",
    "prometheus": "http://localhost:9090",
    # Grafana serves its public/ folder; docs/ is mounted there. The console has the same path.
    "runbook": "/public/docs/runbooks.html",
}


@dataclass(frozen=True)
class Row:
    """A heading with the panels below it. Six numbers or three drawings share a line."""

    title: str
    panels: list[Panel]


@dataclass(frozen=True)
class Variable:
    """A choice at the top of the dashboard, filled by a query; `first` is chosen at the start.

    With `source` it is a choice of several labels' values of Loki, and `query` is the name of that label.
    """

    name: str
    label: str
    query: str
    first: str
    regex: str = ""
    source: model.DataSourceRef = PROMETHEUS
    several: bool = False  # whether more than one can be chosen: then queries compare it by =~


@dataclass(frozen=True)
class Board:
    """A dashboard as data."""

    uid: str
    title: str
    about: str
    rows: list[Row]
    variables: list[Variable] = field(default_factory=list)
    # Which alerts concern it, as matchers of labels; by default those that lead to this dashboard.
    alerts: str | None = None
    search: str = ""  # the label of a field for free text, `$search`

    def matchers(self) -> str:
        """The matchers of the labels of its alerts; "" is every alert."""
        if self.alerts is None:
            return f'alertname=~"{"|".join(alerts.leading_to(f"glasshouse-{self.uid}"))}"'
        return self.alerts


def render(board: Board) -> model.Dashboard:
    """The dashboard as Grafana's model."""
    made = (
        build.Dashboard(f"Glasshouse / {board.title}")
        .uid(f"glasshouse-{board.uid}")
        .description(board.about)
        .tags(["glasshouse"])
        .timezone("browser")
        .time("now-15m", "now")
        .refresh("10s")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .version(1)
    )
    for variable in board.variables:
        made.with_variable(_variable(variable))
    if board.search:
        made.with_variable(build.TextBoxVariable("search").label(board.search).default_value(""))
    for name, address in ADDRESSES.items():
        made.with_variable(_Constant(name).value(address))
    for annotation in alerts.marks(board.matchers()):
        made.annotation(annotation)
    for link in _links():
        made.link(link)
    number = 0
    listed = alerts.listed(board.matchers())
    for place, row in enumerate(board.rows):
        number += 1
        made.with_row(build.Row(row.title).id(number))
        # What fires stands above everything else, but for the numbers of now.
        for panel, width, height in _lines([*row.panels, listed] if place == 0 else row.panels):
            number += 1
            made.with_panel(panel.id(number).span(width).height(height))
    return made.build()


def _lines(panels: Sequence[Panel | alerts.Listed]) -> Iterator[tuple[Panel | alerts.Listed, int, int]]:
    """Each panel with its width and height."""
    rest = list(panels)
    while rest:
        if type(rest[0]).__module__ in _WIDE:
            yield rest[0], 24, _WIDE[type(rest.pop(0)).__module__]
            continue
        small = _is_small(rest[0])
        narrow = itertools.takewhile(lambda panel: type(panel).__module__ not in _WIDE, rest)
        same = len(list(itertools.takewhile(lambda panel: _is_small(panel) == small, narrow)))  # noqa: B023 (used at once)
        count = -(-same // -(-same // (6 if small else 3)))  # lines as even as possible
        for place in range(count):
            width = (place + 1) * 24 // count - place * 24 // count
            yield rest.pop(0), width, 4 if small else 9


# Lists have a line of their own, each kind with its height.
_WIDE = {alerts.__name__: 4, dashboardlist.__name__: 4, logs.__name__: 20}


def _is_small(panel: Panel | alerts.Listed) -> bool:
    return type(panel).__module__.endswith((".stat", ".gauge"))


def _variable(variable: Variable) -> build.QueryVariable:
    made = (
        build.QueryVariable(variable.name)
        .label(variable.label)
        .datasource(variable.source)
        .query({"query": variable.query, "refId": variable.name})
        .regex(variable.regex)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .current(model.VariableOption(text=variable.first, value=variable.first))
    )
    if variable.source.type_val == "loki":
        made.query({"label": variable.query, "refId": variable.name, "stream": "", "type": 1})
        made.multi(True).include_all(True).all_value(".+")
        made.current(model.VariableOption(text=["All"], value=["$__all"]))
    elif variable.several:
        made.multi(True).include_all(True)
        made.current(model.VariableOption(text=[variable.first], value=[variable.first]))
    return made


class _Constant(build.ConstantVariable):
    """A constant that is not shown: the builder has no `hide`."""

    def build(self) -> model.VariableModel:
        self._internal.hide = model.VariableHide.HIDE_VARIABLE
        return super().build()


def _links() -> list[build.DashboardLink]:
    return [
        build.DashboardLink("Dashboards")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags(["glasshouse"])
        .as_dropdown(True)
        .keep_time(True),
        _link("Shop", "${shop}/"),
        _link("Traces", "${jaeger}/search"),
        _link("RabbitMQ", "${rabbitmq}/"),
        _link("Prometheus", "${prometheus}/alerts"),
        _link("Runbooks", "${runbook}", icon="doc"),
    ]


def _link(title: str, url: str, *, icon: str = "external link") -> build.DashboardLink:
    return build.DashboardLink(title).type(model.DashboardLinkType.LINK).url(url).icon(icon).target_blank(True)
