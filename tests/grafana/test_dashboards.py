"""The generated dashboards: fresh, complete and consistent."""

import re
from typing import Any

import pytest
from grafana_foundation_sdk.models import units

from grafana import build
from grafana.dashboards import ALL
from grafana.targets import documents, panels

DOCUMENTS = documents()
UNITS = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("__")}
EACH = pytest.mark.parametrize("dashboard", DOCUMENTS, ids=[d["uid"] for d in DOCUMENTS])


def test_the_committed_json_is_what_the_code_makes() -> None:
    """`python -m grafana.build` would change nothing."""
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in build.FOLDER.glob("*.json")}
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
def test_every_panel_asks_and_explains(dashboard: dict[str, Any]) -> None:
    """A question as its title (once a dashboard and row), a description, a known unit, a query with a legend."""
    for panel in panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"].endswith("?"), panel["title"]
        assert len(panel["description"]) > 20, panel["title"]
        assert defaults["unit"] in UNITS, f"{panel['title']}: {defaults['unit']}"
        assert defaults["thresholds"]["steps"], panel["title"]
        assert defaults["noValue"], panel["title"]
        assert panel["datasource"]["uid"] == "prometheus"
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert target["expr"], panel["title"]
            assert target["legendFormat"], panel["title"]


@EACH
def test_every_dashboard_leads_to_traces_and_the_runbook(dashboard: dict[str, Any]) -> None:
    """Links to trace search and the runbook; latency panels have exemplars and a link to the trace."""
    assert {"Trace search", "Runbook"} <= {link["title"] for link in dashboard["links"]}
    for panel in panels(dashboard):
        if any(target.get("exemplar") for target in panel["targets"]):
            links = [link["url"] for link in panel["fieldConfig"]["defaults"]["links"]]
            assert any("/trace/${__field.labels.trace_id}" in link for link in links), panel["title"]


@EACH
def test_every_variable_is_used_and_known(dashboard: dict[str, Any]) -> None:
    """A query names no variable that the dashboard lacks, and none is there for nothing."""
    known = {v["name"] for v in dashboard["templating"]["list"] if v["type"] == "query"}
    named = {name for p in panels(dashboard) for t in p["targets"] for name in re.findall(r"\$(\w+)", t["expr"])}
    assert named == known
