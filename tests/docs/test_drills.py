"""docs/drills.md is what faults/ says and what was measured; the files name only what is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

from deploy.cli.incidents import topology
from deploy.operations.drills.fault import Fault, faults
from deploy.operations.drills.flag import Flag
from docs.drills import PAGE, main, measured, render
from docs.telemetry.registry import registry
from tests.docs.documents import ROOT

EACH = pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
RULES = {
    rule["alert"]: rule["labels"]["severity"]
    for path in (ROOT / "prometheus" / "rules").glob("*.yml")
    for group in yaml.safe_load(path.read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
ASKED = re.compile(r'flags\.value\(\s*"([\w-]+)"')


def test_the_page_is_that_of_today() -> None:
    """Whoever changes a fault writes it anew, and measures what has changed."""
    assert PAGE.read_text() == render(faults(), measured()), "docs/drills.md is stale: python -m docs.drills"


@EACH
def test_every_drill_was_measured_and_did_what_its_file_says(fault: Fault) -> None:
    """Its alerts within their limits and no other, under a load, and the stores agreed."""
    found = measured()["drills"][fault.name]
    must = {f"{one.alert} {one.service}": one for one in fault.must}
    for name, one in must.items():
        assert found["alerts"][name]["fired"] <= one.within
        assert found["alerts"][name]["over"] <= one.over_within
    may = {one.alert for one in fault.may}
    assert {name.partition(" ")[0] for name in found["alerts"].keys() - must.keys()} <= may
    assert found["requests"] > 0
    assert (found["disagreements"], found["orders"] > 0) == (0, True)


def test_nothing_is_measured_that_is_no_drill() -> None:
    """One that is gone leaves nothing behind."""
    assert measured()["drills"].keys() == {fault.name for fault in faults()}


@EACH
def test_a_fault_names_alerts_panels_and_log_events_that_there_are(fault: Fault) -> None:
    """An alert that nobody is told of cannot be waited for."""
    for name in (*(one.alert for one in fault.must), *(one.alert for one in fault.may)):
        assert RULES[name] in ("page", "ticket")
    assert fault.panels
    for panel in fault.panels:
        text = (ROOT / "grafana" / "generated" / f"{panel.dashboard}.json").read_text()
        assert panel.title in {one["title"] for one in json.loads(text)["panels"]}
    events = registry().events
    for log in fault.logs:
        assert log.event in events
    assert fault.metrics or fault.logs or fault.spans


@EACH
def test_a_fault_is_in_a_part_that_there_is_and_spreads_along_edges(fault: Fault) -> None:
    """So that a data set of it says which way it went."""
    assert topology.part_of(fault.part) in {part.name for part in topology.parts()}
    assert {far for _, far in topology.spread(fault.part, fault.spreads_to)} == set(fault.spreads_to)


def test_each_flag_in_the_code_is_one_of_a_drill() -> None:
    """A switch that nobody has tried is worse than none, and one that no code asks for does nothing."""
    asked = {
        name
        for path in (ROOT / "services").rglob("*.py")
        for name in ASKED.findall(path.read_text(encoding="utf-8"))
    }
    assert asked == {fault.how.flag for fault in faults() if isinstance(fault.how, Flag)}


def test_a_report_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it measured anew takes the place of what was there; the rest stays."""
    kept, page = tmp_path / "measured.json", tmp_path / "drills.md"
    kept.write_text(json.dumps(measured()))
    monkeypatch.setattr("docs.drills.MEASURED", kept)
    monkeypatch.setattr("docs.drills.PAGE", page)
    before = measured()["drills"]["redis-down"]
    report = {"date": "2000-01-01", "machine": "toy", "drills": {"redis-down": {**before, "mended": 4711.0}}}
    (tmp_path / "report.json").write_text(json.dumps(report))
    main([str(tmp_path / "report.json")])
    found = json.loads(kept.read_text())
    assert (found["machine"], found["drills"]["redis-down"]["mended"]) == ("toy", 4711.0)
    assert found["drills"].keys() == {fault.name for fault in faults()}
    assert "4711.0" in page.read_text()
