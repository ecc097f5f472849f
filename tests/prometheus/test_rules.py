"""prometheus/: every alert is right, tested, and explained."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.installation.layout import CHECKOUT
from tests.grafana.targets import documents
from tests.prometheus.rules import PROMETHEUS, RULES, TESTS, Alert, alerts, cases, promtool

ALERTS = alerts()
DASHBOARDS = {d["uid"]: {variable["name"] for variable in d["templating"]["list"]} for d in documents()}
GRAFANA = "{{ $externalLabels.grafana }}"


def test_rules_are_valid() -> None:
    """promtool reads every file, and there are as many alerts as these tests see."""
    done = promtool("check", "rules", *RULES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(ALERTS) == sum(path.read_text().count("- alert: ") for path in RULES) >= 24


def test_configuration_is_valid(tmp_path: Path) -> None:
    """prometheus.yml with the rules beside it."""
    shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
    (tmp_path / "prometheus" / "targets").mkdir()
    for job in re.findall(r"targets/(\S+?)\.json", (PROMETHEUS / "prometheus.yml").read_text()):
        (tmp_path / "prometheus" / "targets" / f"{job}.json").write_text("[]")
    done = promtool("check", "config", tmp_path / "prometheus" / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_rules_are_fresh() -> None:
    """rules/slo*.yml is what slo.toml says."""
    done = subprocess.run(
        [sys.executable, "-m", "prometheus.build", "--check"], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_recorded_series_is_named_by_its_labels() -> None:
    """level:metric:operation, as Prometheus' own practice has it: the level is a label that the series has."""
    rules = [
        rule for path in RULES for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]
    ]
    for rule in rules:
        if name := rule.get("record"):
            level, _, _ = name.split(":")
            kept = re.findall(r"\b(?:by|on) \(([^)]*)\)", rule["expr"])
            assert level in {*rule.get("labels", {}), *(label for one in kept for label in one.split(", "))}, name


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    """promtool's own tests of rules: below the threshold, before and at its time, after the repair."""
    done = promtool("test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_is_tested_explained_and_shown(alert: Alert) -> None:
    """It is quiet, fires, and resolves in a test; says how bad it is; has a runbook section and a dashboard."""
    fires = cases().get(alert.name, [])
    assert fires[:1] == [False]
    assert fires[-1:] == [False]
    assert True in fires
    assert alert.value("severity") in {"page", "ticket", "info"}
    assert alert.value("summary")
    assert alert.value("description")
    assert alert.value("runbook_url") == f"{GRAFANA}/public/docs/runbooks.html#{alert.name.lower()}"
    address, _, chosen = alert.value("dashboard").partition("?")
    variables = DASHBOARDS[address.removeprefix(f"{GRAFANA}/d/")]
    assert not chosen or chosen.partition("=")[0].removeprefix("var-") in variables
    section = (
        (CHECKOUT / "docs" / "runbooks.md").read_text().partition(f"\n## {alert.name}\n")[2].split("\n## ")[0]
    )
    for part in ("**Means.**", "**Look at.**", "**Do.**"):
        assert part in section


def test_nothing_is_explained_that_is_no_alert() -> None:
    """Runbooks and tests of alerts that were renamed do not stay behind; no name is used twice."""
    names = [alert.name for alert in ALERTS]
    assert len(names) == len(set(names))
    assert set(re.findall(r"^## (\w+)$", (CHECKOUT / "docs" / "runbooks.md").read_text(), re.MULTILINE)) == set(
        names
    )
    assert cases().keys() == set(names)
