"""The generated dashboards: fresh, complete and consistent."""

import re
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.models import units

from grafana import build
from grafana.board import ADDRESSES
from grafana.colours import MEANINGS, OUTCOMES, PALETTE, SERVICES
from grafana.dashboards import ALL
from tests.grafana.targets import documents, panels
from tests.prometheus.rules import alerts, check_values

DOCUMENTS = documents()
UNITS = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("__")}
EACH = pytest.mark.parametrize("dashboard", DOCUMENTS, ids=[d["uid"] for d in DOCUMENTS])


def test_the_committed_json_is_what_the_code_makes() -> None:
    """`python -m grafana.build` would change nothing."""
    files = build.FOLDER.rglob("*.json")
    on_disk = {str(path.relative_to(build.FOLDER)): path.read_text(encoding="utf-8") for path in files}
    assert on_disk == build.documents()


def test_there_are_ten_dashboards_with_a_panel_for_each_question() -> None:
    """Ten dashboards, 120 panels or more, every uid once."""
    assert len({d["uid"] for d in DOCUMENTS}) == len(DOCUMENTS) == len(ALL) >= 10
    assert sum(len(panels(d)) for d in DOCUMENTS) >= 120


@EACH
def test_ids_are_unique_and_nothing_overlaps(dashboard: dict[str, Any]) -> None:
    """Every panel has an id of its own and its own place on the 24 columns."""
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        x, y = at.get("x", 0), at.get("y", 0)
        cells = {(cx, cy) for cx in range(x, x + at["w"]) for cy in range(y, y + at["h"])}
        assert x + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@EACH
def test_every_panel_can_be_scanned_and_explains(dashboard: dict[str, Any]) -> None:
    """A short title, once a row; the question and the answer's meaning below it; a unit, queries with legends."""
    titles = [panel["title"] for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len(titles) == len(set(titles))
    for panel in dashboard["panels"]:
        assert not panel["title"].endswith("?"), panel["title"]
        assert len(panel["title"]) <= 40, panel["title"]
        if panel["type"] != "row":
            question, mark, answer = panel["description"].partition("? ")
            assert question, panel["title"]
            assert mark, panel["title"]
            assert len(answer) > 10, panel["title"]
    for panel in panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"] in UNITS, f"{panel['title']}: {defaults['unit']}"
        assert defaults["thresholds"]["steps"], panel["title"]
        assert defaults["noValue"], panel["title"]
        assert panel["datasource"]["uid"] == "prometheus"
        for target in panel["targets"]:
            assert target["expr"], panel["title"]
            assert target["legendFormat"], panel["title"]


@EACH
def test_alerts_are_listed_and_marked_on_every_dashboard(dashboard: dict[str, Any]) -> None:
    """Grafana's own list and its annotations, both of the same alerts; the mark leads to the runbook."""
    (listed,) = [panel for panel in dashboard["panels"] if panel["type"] == "alertlist"]
    mark, restarts, drills = dashboard["annotations"]["list"]
    matchers = listed["options"]["alertInstanceLabelFilter"].strip("{}")
    assert listed["options"]["stateFilter"]["firing"]
    assert listed["options"]["datasource"] == "Prometheus"
    assert mark["enable"]
    assert mark["expr"].startswith('ALERTS{alertstate="firing"')
    assert mark["expr"].endswith(f"{matchers}}}")
    assert "/public/docs/runbooks.html#{{alertname}}" in mark["textFormat"]
    assert restarts["enable"]
    assert "process_start_time_seconds" in restarts["expr"]
    assert "{{instance}}" in restarts["titleFormat"]
    assert (drills["enable"], drills["expr"], drills["titleFormat"]) == (
        True,
        "shop_drill_active",
        "drill: {{fault}}",
    )
    named = re.findall(r'alertname=~"([^"]+)"', matchers)
    assert all(any(re.fullmatch(named[0], alert.name) for alert in alerts()) for _ in named)
    assert matchers or dashboard["uid"] in {"glasshouse-overview", "glasshouse-resilience"}


@EACH
def test_the_list_of_alerts_takes_several_values_as_one_expression(dashboard: dict[str, Any]) -> None:
    """Several values are written as `{a,b}` there, unless a format is named."""
    (listed,) = [panel for panel in dashboard["panels"] if panel["type"] == "alertlist"]
    names = re.findall(r"\$\{?([\w:]+)", listed["options"]["alertInstanceLabelFilter"])
    assert all(name.endswith(":regex") for name in names)


def test_every_alert_is_on_the_dashboard_to_which_it_leads() -> None:
    """Its list takes it by its name, or by the service that it is about."""
    boards = {dashboard["uid"]: dashboard for dashboard in DOCUMENTS}
    for alert in alerts():
        found = re.search(r"/d/([\w-]+)", alert.value("dashboard"))
        assert found
        (listed,) = [panel for panel in boards[found[1]]["panels"] if panel["type"] == "alertlist"]
        matchers = listed["options"]["alertInstanceLabelFilter"]
        by_name = re.search(r'alertname=~"([^"]+)"', matchers)
        assert not by_name or re.fullmatch(by_name[1], alert.name), alert.name


@EACH
def test_legends_have_the_last_the_highest_and_the_mean_value(dashboard: dict[str, Any]) -> None:
    """Of every panel that draws lines."""
    for panel in dashboard["panels"]:
        if panel["type"] == "timeseries":
            assert panel["options"]["legend"]["calcs"] == ["lastNotNull", "max", "mean"], panel["title"]


def test_the_overview_is_red_while_something_fires() -> None:
    """A number with its whole background in the colour of failure from one alert on."""
    overview = next(dashboard for dashboard in DOCUMENTS if dashboard["uid"] == "glasshouse-overview")
    firing = next(panel for panel in overview["panels"] if panel["title"] == "Firing alerts")
    assert firing["options"]["colorMode"] == "background_solid"
    steps = firing["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in steps] == [
        (None, MEANINGS["success"]),
        (1, MEANINGS["failure"]),
    ]
    assert 'ALERTS{alertstate="firing"' in firing["targets"][0]["expr"]


def test_no_series_is_a_no(tmp_path: Path) -> None:
    """A panel of yes and no does not keep the last yes of what is gone: without any series it is 0."""
    questions = [
        panel["targets"][0]["expr"]
        for dashboard in DOCUMENTS
        for panel in panels(dashboard)
        if any(
            value["text"] == "no"
            for one in panel["fieldConfig"]["defaults"].get("mappings", [])
            for value in one["options"].values()
        )
    ]
    assert len(questions) >= 5
    for index, expr in enumerate(questions):
        folder = tmp_path / str(index)
        folder.mkdir()
        check_values(folder, expr, [([], "{}", 0)])


def test_the_overview_lists_all_dashboards() -> None:
    """Grafana's own list, by the tag that all of them have."""
    overview = next(dashboard for dashboard in DOCUMENTS if dashboard["uid"] == "glasshouse-overview")
    (listed,) = [panel for panel in overview["panels"] if panel["type"] == "dashlist"]
    assert listed["options"]["tags"] == ["glasshouse"]
    assert all(dashboard["tags"] == ["glasshouse"] for dashboard in DOCUMENTS)


@EACH
def test_every_dashboard_leads_to_the_others_and_out(dashboard: dict[str, Any]) -> None:
    """The others by their tag; shop, traces, RabbitMQ, Prometheus and runbooks by addresses that can change."""
    (others,) = [link for link in dashboard["links"] if link["type"] == "dashboards"]
    assert others["tags"] == ["glasshouse"]
    out = {link["title"]: link["url"] for link in dashboard["links"] if link["type"] == "link"}
    assert out.keys() == {"Shop", "Traces", "RabbitMQ", "Prometheus", "Runbooks"}
    constants = {v["name"]: v["query"] for v in dashboard["templating"]["list"] if v["type"] == "constant"}
    assert constants == ADDRESSES
    for url in out.values():
        variable = re.match(r"\$\{(\w+)\}", url)
        assert variable
        assert constants[variable[1]].startswith(("http://localhost:", "/public/"))


@EACH
def test_a_latency_leads_to_its_trace(dashboard: dict[str, Any]) -> None:
    """Panels with exemplars have a link to the trace."""
    for panel in panels(dashboard):
        if any(target.get("exemplar") for target in panel["targets"]):
            links = [link["url"] for link in panel["fieldConfig"]["defaults"]["links"]]
            assert any("/trace/${__field.labels.trace_id}" in link for link in links), panel["title"]


@EACH
def test_one_service_one_colour_and_a_meaning_has_its_own(dashboard: dict[str, Any]) -> None:
    """Lines by service name each service's colour; names of outcomes have the colour of what they mean."""
    for panel in panels(dashboard):
        overrides = {
            o["matcher"]["options"]: o["properties"][0]["value"]["fixedColor"]
            for o in panel["fieldConfig"]["overrides"]
        }
        if panel["type"] == "timeseries" and any(
            t["legendFormat"] in {"{{job}}", "{{service}}"} for t in panel["targets"]
        ):
            assert overrides.items() >= SERVICES.items(), panel["title"]
        for name in overrides.keys() & OUTCOMES.keys():
            assert overrides[name] == OUTCOMES[name], (panel["title"], name)


def test_no_colour_of_a_service_or_of_the_palette_looks_like_a_meaning() -> None:
    """And no two meanings share a colour, nor do a name's."""
    assert not {*SERVICES.values(), *PALETTE} & set(MEANINGS.values())
    assert len(set(MEANINGS.values())) == len(MEANINGS)
    assert len(set(PALETTE)) == len(PALETTE)


@EACH
def test_axes_begin_at_zero_and_noise_does_not_fill_them(dashboard: dict[str, Any]) -> None:
    """Every line's axis begins at 0 and has a least height, but for bytes and where the highest value is known."""
    for panel in panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        if panel["type"] == "timeseries":
            assert defaults["min"] == 0, panel["title"]
            assert "max" in defaults or defaults["unit"] == "bytes" or defaults["custom"]["axisSoftMax"] > 0


@EACH
def test_no_series_is_left_without_its_name(dashboard: dict[str, Any]) -> None:
    """What stands in for nothing has no labels, so it stands only where the legend needs none."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            if "{{" in target["legendFormat"]:
                assert "vector(" not in target["expr"], panel["title"]


@EACH
def test_every_variable_is_used_and_known(dashboard: dict[str, Any]) -> None:
    """A query names no variable that the dashboard lacks, and none is there for nothing."""
    known = {v["name"] for v in dashboard["templating"]["list"] if v["type"] == "query"}
    named = {name for p in panels(dashboard) for t in p["targets"] for name in re.findall(r"\$(\w+)", t["expr"])}
    assert named == known
