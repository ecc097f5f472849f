"""What one part asks of another, as the trace contract has it: what its traces show, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import NamedTuple

from deploy.installation.layout import CHECKOUT

__all__ = ["Call", "calls"]

_CONTRACT = CHECKOUT / "tests" / "contract" / "traces.toml"


class Call(NamedTuple):
    """One line of a journey. kind: http, message, internal, database or cache. callee: a service, or a system."""

    journey: str
    caller: str
    kind: str
    callee: str


def calls() -> Iterator[Call]:
    """All calls of all journeys, those that may be there as well as those that must."""
    for journey, told in tomllib.loads(_CONTRACT.read_text(encoding="utf-8")).items():
        for table in (told.get("edges", {}), told.get("optional", {}).get("edges", {})):
            for caller, lines in table.items():
                for line in lines:
                    kind, callee = line.split()[:2]
                    yield Call(journey, caller.split()[0], kind, callee)
