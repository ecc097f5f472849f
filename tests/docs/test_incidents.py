"""docs/incidents.md is what the code and faults/scored.json say today."""

import json
from pathlib import Path

import pytest

from deploy.operations.drills.fault import names
from docs.incidents import PAGE, main, render, scored


def test_the_page_is_that_of_today() -> None:
    """Whoever changes the layout or a fault writes it anew."""
    assert PAGE.read_text() == render(scored()), "docs/incidents.md is stale: python -m docs.incidents"


def test_only_faults_that_there_are_were_scored_and_some_kinds_of_them() -> None:
    """One that is gone leaves nothing behind."""
    found = {score["fault"] for score in scored()["scores"]}
    assert found <= set(names())
    assert len(found) >= 6
    assert all(0 < score["megabytes"] < 20 for score in scored()["scores"])


def test_scores_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take the place of those of before."""
    score = {**scored()["scores"][0], "fault": "redis-down", "rank": 0, "found": ["nobody: nothing"]}
    monkeypatch.setattr("docs.incidents.SCORED", tmp_path / "scored.json")
    monkeypatch.setattr("docs.incidents.PAGE", tmp_path / "incidents.md")
    (tmp_path / "scores.json").write_text(json.dumps([score]))
    main([str(tmp_path / "scores.json")])
    assert json.loads((tmp_path / "scored.json").read_text())["scores"] == [score]
    assert "| redis: process stopped | not found |" in (tmp_path / "incidents.md").read_text()
