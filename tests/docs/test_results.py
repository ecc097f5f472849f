"""docs/results.md is what loadtests/ says and what was measured."""

import json
from pathlib import Path
from typing import Any

import pytest

from docs.results import PAGE, main, measured, render, summary
from loadtests.scenario import Scenario, names, read

EACH = pytest.mark.parametrize("scenario", [read(name) for name in measured()], ids=lambda scenario: scenario.name)


def results(name: str, *, failures: tuple[str, ...] = (), judged: bool = True) -> dict[str, Any]:
    """As `./shop load` writes them."""
    reconciled = {"objective": "the stores agree about every order", "found": "4711 orders agree", "held": True}
    return {
        "scenario": name,
        "machine": "toy",
        "began": 0.0,
        "ended": 60.0,
        "arrivals": 9,
        "requests": {
            "GET /a": {"requests": 5, "failures": 0, "p50": 1, "p95": 2, "p99": 3},
            "JOURNEY look": {"requests": 1, "failures": 0, "p50": 1, "p95": 2, "p99": 3},
        },
        "verdicts": [reconciled] if judged else [],
        "failures": list(failures),
        "steps": [],
    }


def test_the_page_is_that_of_today() -> None:
    """Whoever changes a scenario writes it anew, and measures what has changed."""
    today = render([read(name) for name in names()], measured())
    assert PAGE.read_text() == today, "docs/results.md is stale: python -m docs.results"


def test_every_scenario_was_measured() -> None:
    """Each of them, and none that is gone."""
    assert measured().keys() == set(names())


@EACH
def test_what_was_measured_is_what_the_scenario_asks_for_today(scenario: Scenario) -> None:
    """An objective that came later, or whose limit has moved, needs a new run."""
    judged = " ".join(one["objective"] for one in measured()[scenario.name]["verdicts"])
    wanted = scenario.objectives
    assert "the stores agree about every order" in judged
    for asked in wanted.prometheus:
        assert f"{asked.says}: at most {asked.at_most:g}" in judged
    if scenario.is_ramp:
        assert f"at least {wanted.rate:g} arrivals a second hold" in judged
        return
    for percentile in ("p50", "p95", "p99"):
        limit = getattr(wanted, percentile)
        assert limit is None or f"{percentile} of each call: at most {limit:.0f} ms" in judged
    assert wanted.decided is None or f"payments decided: {wanted.decided:.0%}" in judged
    for name, number in wanted.outcomes.items():
        assert f"{name}: {number}" in judged


def test_a_result_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the place of what was there; the rest stays."""
    kept, page, file = (tmp_path / name for name in ("measured.json", "results.md", "results.json"))
    kept.write_text(json.dumps(measured()))
    monkeypatch.setattr("docs.results.MEASURED", kept)
    monkeypatch.setattr("docs.results.PAGE", page)
    file.write_text(json.dumps(results("browse")))
    main([str(file)])
    found = json.loads(kept.read_text())
    assert found["browse"]["machine"] == "toy"
    assert found["browse"]["requests"] == 5
    assert found.keys() == {*measured(), "browse"}
    assert "4711 orders agree" in page.read_text()


@pytest.mark.parametrize("wrong", [results("browse", failures=("slow",)), results("browse", judged=False)])
def test_a_run_that_did_not_pass_is_not_taken_over(wrong: dict[str, Any]) -> None:
    """Neither one whose stores were not compared."""
    with pytest.raises(ValueError, match="did not pass"):
        summary(wrong)
