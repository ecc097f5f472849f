"""Scenarios as data: who comes, how many, for how long. Each is a file in scenarios/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loadtests.objectives import Objectives

__all__ = ["FOLDER", "Scenario", "Stage", "names", "read"]

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Stage:
    """A part of a run."""

    seconds: float
    users: int  # that are there when everybody has arrived
    spawn_rate: float  # arrivals (or leavings) a second


@dataclass(frozen=True)
class Scenario:
    """What a file of scenarios/ says."""

    name: str
    about: str
    weights: Mapping[str, int]  # a kind of people, and its share among the others
    single: tuple[str, ...]  # kinds of which there is exactly one
    stages: tuple[Stage, ...]  # one after the other
    objectives: Objectives = field(default_factory=Objectives)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def peak(self) -> Stage:
        """The stage with the most users."""
        return max(self.stages, key=lambda stage: stage.users)

    def at(self, elapsed: float) -> Stage | None:
        """The stage at `elapsed` seconds from the start; None when it is over."""
        for stage in self.stages:
            if elapsed < stage.seconds:
                return stage
            elapsed -= stage.seconds
        return None


def names() -> list[str]:
    """All scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(name: str) -> Scenario:
    """A scenario by its name. Raises `OSError` for one that is not there."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Scenario(
        name=name,
        about=data["about"],
        weights=data["weights"],
        single=tuple(data["single"]),
        stages=tuple(Stage(**stage) for stage in data["stages"]),
        objectives=Objectives(**data.get("objectives", {})),
    )
