"""Who comes when: the same seed, the same plan; what was recorded can be replayed, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from loadtests.arrivals import plan, read, write
from loadtests.scenario import Stage

STAGES = (Stage(seconds=10, arrivals=2), Stage(seconds=5, arrivals=4))
WEIGHTS = {"Visitor": 3, "Payer": 1}


def test_people_come_at_the_rate_of_their_stage() -> None:
    """Evenly, one stage after the other, in the shares of their kinds."""
    arrivals = plan(STAGES, WEIGHTS, seed=1)
    assert [one.at for one in arrivals[:3]] == [0.0, 0.5, 1.0]
    assert [one.at for one in arrivals[20:22]] == [10.0, 10.25]
    assert Counter(one.stage for one in arrivals) == {0: 20, 1: 20}
    assert Counter(one.kind for one in plan((Stage(1000, arrivals=1),), WEIGHTS, 1))["Visitor"] == pytest.approx(
        750, abs=60
    )


def test_the_same_seed_makes_the_same_plan() -> None:
    """Another one makes another."""
    assert plan(STAGES, WEIGHTS, 7) == plan(STAGES, WEIGHTS, 7) != plan(STAGES, WEIGHTS, 8)


def test_what_is_recorded_can_be_replayed(tmp_path: Path) -> None:
    """Word for word."""
    arrivals = plan(STAGES, WEIGHTS, 7)
    write(tmp_path / "record", arrivals)
    assert read(tmp_path / "record", ["Visitor", "Payer"]) == arrivals


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[1]",
        '{"at": 1}',
        '{"at": 1, "kind": "Thief", "seed": 1, "stage": 0}',
        '{"at": "soon", "kind": "Payer", "seed": 1, "stage": 0}',
        '{"at": 2, "kind": "Payer", "seed": 1, "stage": 0}\n{"at": 1, "kind": "Payer", "seed": 1, "stage": 0}',
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    """With the file's name."""
    (tmp_path / "record").write_text(text)
    with pytest.raises(ValueError):  # noqa: PT011 - of many kinds
        read(tmp_path / "record", ["Visitor", "Payer"])
