"""Who comes when: the plan of a run with an open model. The same seed makes the same plan."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from loadtests.scenario import Stage

__all__ = ["Arrival", "plan", "read", "write"]


@dataclass(frozen=True)
class Arrival:
    """Somebody who comes. at: seconds from the start. seed: of everything that they choose. stage: its number."""

    at: float
    kind: str
    seed: int
    stage: int


def plan(stages: Sequence[Stage], weights: Mapping[str, int], seed: int) -> list[Arrival]:
    """Everybody who comes, in the order of time, evenly spaced within a stage: its rate is constant."""
    chance = random.Random(seed)
    kinds, shares = list(weights), list(weights.values())
    return [
        Arrival(round(at, 3), chance.choices(kinds, shares)[0], chance.getrandbits(32), stage)
        for at, stage in _times(stages)
    ]


def _times(stages: Sequence[Stage]) -> Iterator[tuple[float, int]]:
    begin = 0.0
    for number, stage in enumerate(stages):
        for nth in range(round(stage.seconds * stage.arrivals)):
            yield begin + nth / stage.arrivals, number
        begin += stage.seconds


def write(file: Path, arrivals: Sequence[Arrival]) -> None:
    """A line of JSON for each."""
    file.write_text("".join(json.dumps(asdict(one)) + "\n" for one in arrivals), encoding="utf-8")


def read(file: Path, kinds: Sequence[str]) -> list[Arrival]:
    """What was written. Raises `OSError`, and `ValueError` for what is no plan of these kinds of people."""
    try:
        found = [Arrival(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
        times = [float(one.at) for one in found]
    except TypeError as error:
        raise ValueError(f"{file} is no record of arrivals: {error}") from error
    if not found or times != sorted(times) or not {one.kind for one in found} <= set(kinds):
        raise ValueError(f"{file} is no record of arrivals of {', '.join(kinds)}")
    return [replace(one, at=at) for one, at in zip(found, times, strict=True)]
