"""Scenarios as data: who comes, how many, for how long. Each is a file in scenarios/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loadtests.objectives import Asked, Objectives

__all__ = ["FOLDER", "MOST_PEOPLE", "MOST_WORKERS", "Fault", "Scenario", "Stage", "names", "read"]

FOLDER = Path(__file__).parent / "scenarios"
MOST_PEOPLE = 10_000
"""At once, or each second: more than one machine can play."""
MOST_WORKERS = 16
"""Processes that may share a load: each has every sixteenth address."""


@dataclass(frozen=True)
class Stage:
    """A part of a run: of a closed model by `users`, of an open one by `arrivals`."""

    seconds: float
    users: int = 0  # that are there when everybody has arrived, and come again and again
    spawn_rate: float = 0.0  # of them that come (or leave) a second
    arrivals: float = 0.0  # people a second who come, do one thing and leave, whoever is still there


@dataclass(frozen=True)
class Fault:
    """Something that breaks during the run. Times are seconds. how: as in a file of faults/."""

    after: float
    seconds: float
    how: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """What a file of scenarios/ says."""

    name: str
    about: str
    weights: Mapping[str, int]  # a kind of people, and its share among the others
    single: tuple[str, ...]  # kinds of which there is exactly one
    stages: tuple[Stage, ...]  # one after the other
    objectives: Objectives = field(default_factory=Objectives)
    is_ramp: bool = False  # each stage is a step, judged alone: the run finds the highest that holds
    fault: Fault | None = None

    @property
    def is_open(self) -> bool:
        """Whether people arrive at a rate, instead of being a fixed number who come again and again."""
        return any(stage.arrivals for stage in self.stages)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def peak(self) -> Stage:
        """The stage with the most users."""
        return max(self.stages, key=lambda stage: stage.users)

    def asked_for(
        self, *, seconds: float | None, users: float | None, spawn_rate: float | None, arrivals: float | None
    ) -> Scenario:
        """This scenario in one stage, as high as its highest but for what is given; as it is when nothing is."""
        if seconds is users is spawn_rate is arrivals is None:
            return self
        highest = max(self.stages, key=lambda stage: (stage.users, stage.arrivals))
        only = Stage(
            seconds=seconds or self.seconds,
            users=int(users or highest.users),
            spawn_rate=spawn_rate or highest.spawn_rate,
            arrivals=arrivals or highest.arrivals,
        )
        return replace(self, stages=(only,))


def names() -> list[str]:
    """All scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(name: str) -> Scenario:
    """A scenario by its name. Raises `OSError` for one that is not there."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    wanted = data.get("objectives", {})
    asked = tuple(Asked(**one) for one in wanted.pop("prometheus", ()))
    return Scenario(
        name=name,
        about=data["about"],
        weights=data["weights"],
        single=tuple(data.get("single", ())),
        stages=tuple(Stage(**stage) for stage in data["stages"]),
        objectives=Objectives(**wanted, prometheus=asked),
        is_ramp=data.get("is_ramp", False),
        fault=Fault(**data["fault"]) if "fault" in data else None,
    )
