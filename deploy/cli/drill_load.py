"""A steady load beside a drill, such as `./shop load calm`: the fault is announced to it, and it counts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields

from deploy.cli.child import SHOP, begin
from deploy.installation.children import end
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from loadtests import faults
from loadtests.outcomes import ACCEPTED

__all__ = ["Counts", "Load", "steady"]

_STARTS_WITHIN = 60.0  # seconds
_ENDS_WITHIN = 60.0
_FORGOTTEN = ("GET /api/orders/{id}: 404", "GET /api/orders/{id} (waits): 404")
_EXCUSED = "(a fault was announced)"  # as loadtests/people/person.py notes it


@dataclass(frozen=True)
class Counts:
    """What clients have done so far: requests, those that were answered wrongly, and orders.

    accepted: orders that were answered with 201. forgotten: such orders that were answered with 404 later.
    """

    requests: int = 0
    errors: int = 0
    accepted: int = 0
    forgotten: int = 0
    paid: int = 0

    def since(self, before: Counts) -> Counts:
        """What was added."""
        return Counts(*(getattr(self, one.name) - getattr(before, one.name) for one in fields(self)))


class Load:
    """A load that runs."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.run / "load"

    def fault(self) -> AbstractContextManager[None]:
        """What fails inside of the block does not end the load."""
        return faults.announced(self._folder / "fault.json")

    def counts(self) -> Counts:
        """So far, as it was written a few seconds ago."""
        try:
            found = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Counts()
        requests = [one for name, one in found["requests"].items() if not name.startswith(("WAIT ", "JOURNEY "))]
        outcomes = found["outcomes"]
        excused = sum(number for name, number in outcomes.items() if name.endswith(_EXCUSED))
        return Counts(
            requests=int(sum(one["requests"] for one in requests)),
            errors=int(sum(one["failures"] for one in requests)) + excused,
            accepted=int(outcomes.get(ACCEPTED, 0)),
            forgotten=sum(number for name, number in outcomes.items() if name.startswith(_FORGOTTEN)),
            paid=int(outcomes.get("checkout", 0)),
        )


@contextmanager
def steady(layout: Layout, *arguments: str) -> Iterator[Load]:
    """Customers use the shop inside of the block. Raises ShopError when they cannot begin.

    arguments: of `./shop load`, such as a scenario and a seed; without any it is `calm`.
    """
    load, log = Load(layout), layout.logs / "drill-load.txt"
    (layout.run / "load" / "results.json").unlink(missing_ok=True)
    # Ctrl+C is for the drill, which ends the load when all is mended.
    process = begin(layout, [*SHOP, "load", *(arguments or ("calm", "--run-time", "12h"))], log)
    try:
        deadline = time.monotonic() + _STARTS_WITHIN
        while not load.counts().paid:
            if process.poll() is not None or time.monotonic() > deadline:
                raise ShopError("The load did not begin.", f"What it printed: {log}")
            time.sleep(0.5)
        yield load
    finally:
        end(process, within=_ENDS_WITHIN)
