"""How often the baseline names the right part and the right reason, over a folder of data sets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.cli.incidents import dataset
from deploy.cli.incidents.baseline import suspects

__all__ = ["Score", "score"]


@dataclass(frozen=True)
class Score:
    """One data set. rank: of the right part among the suspects; 0: it was not there. found: the first three."""

    fault: str
    seed: int
    rank: int
    reason_is_right: bool
    found: list[str]
    megabytes: float


def score(folder: Path) -> list[Score]:
    """All data sets below the folder."""
    return [_score(one) for one in dataset.find(folder)]


def _score(folder: Path) -> Score:
    labels, found = dataset.labels(folder), suspects(folder)
    rank = next((at for at, one in enumerate(found, 1) if one.part == labels["part"]), 0)
    return Score(
        fault=labels["fault"],
        seed=labels["seed"],
        rank=rank,
        reason_is_right=bool(rank) and found[rank - 1].reason == labels["reason"],
        found=[f"{one.part}: {one.reason}" for one in found[:3]],
        megabytes=round(dataset.size(folder) / 1e6, 1),
    )
