"""Says whether two recordings are the same incident: the same labels, and the same set of trace shapes.

The shape of a root is everything that was seen below it in any trace. What is rare depends on moments (a cache
entry that has just run out, a retry), so a path counts when at least `COMMON` traces of one recording have it.
Then the other one must have it, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.incidents import dataset, shapes

__all__ = ["COMMON", "Comparison", "compare"]

COMMON = 5  # traces


@dataclass(frozen=True)
class Comparison:
    """What differs, a sentence each. roots, paths: how many were compared."""

    differences: list[str]
    roots: int
    paths: int


def compare(one: Path, other: Path) -> Comparison:
    """Two data sets."""
    first, second = dataset.labels(one), dataset.labels(other)
    differences = [
        f"{key}: {first.get(key)} and {second.get(key)}"
        for key in sorted({*first, *second})
        if first.get(key) != second.get(key)
    ]
    here, there = (shapes.paths(dataset.rows(folder, "trace/trace_span.csv")) for folder in (one, other))
    common = {path for found in (here, there) for path, traces in found.items() if traces >= COMMON}
    differences += [*_missing(here, there, other), *_missing(there, here, one)]
    return Comparison(differences, len({path[0] for path in common}), len(common))


def _missing(here: Counter[shapes.Path], there: Counter[shapes.Path], folder: Path) -> Iterator[str]:
    for path, traces in sorted(here.items()):
        if traces >= COMMON and path not in there:
            text = " > ".join(f"{service} {name} ({kind})" for service, name, kind in path)
            yield f"{folder} has no {text}, which {traces} traces of the other one have"
