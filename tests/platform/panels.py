"""The proof of panels: every query of every panel has an answer while the shop is used, and things go wrong.

With what `./shop test` installs, on a platform that was just started:
`./shop up && .venv/bin/python -m tests.platform.panels`
"""

import sys
import time
from dataclasses import dataclass

from deploy.cli.ways import current
from deploy.installation.layout import Layout
from tests.grafana.targets import Target, documents, has_data, panels, prometheus, targets
from tests.platform.faults import lose_a_replica, poison, trip_breakers
from tests.platform.load import Load
from tests.platform.parts import parts

LIMIT = 120.0  # seconds until the last panel must have data
JOURNEYS = (
    *("browse", "search", "category", "checkout", "checkout after a declined card"),
    *("order of more than there is", "cancelled order", "history", "edit a product"),
    *("burst: refused by a limit", "forged token"),
)
_ONLY_IN_A_DRILL = '{job="drill"}'  # this job has a target while a drill lasts
_JUST_NOW = 30.0  # seconds: a platform that came up since then counts from there


@dataclass(frozen=True)
class Proof:
    """What was found."""

    dashboards: int
    panels: int
    targets: int
    empty: list[Target]
    seconds: float
    since: str
    load: Load

    def __str__(self) -> str:
        return (
            f"{self.dashboards} dashboards, {self.panels} panels, {self.targets} targets, "
            f"{len(self.empty)} empty; the last panel had data {self.seconds:.0f} s after {self.since}"
        )


def prove(platform: Layout) -> Proof:
    """Load the shop, break things, and ask all queries until each has had an answer and each journey was made."""
    ask = prometheus(platform.url("prometheus"))
    age = time.time() - parts(platform).started("prometheus")  # `up` starts it last
    is_new = age < _JUST_NOW
    began = time.monotonic() - (age if is_new else 0)
    answered: set[Target] = set()
    with Load(platform, "mixed", "--run-time", f"{LIMIT + 60:.0f}s") as load:
        load.until_busy()
        with load.fault():
            lose_a_replica(platform)
            trip_breakers(platform)
        poison(platform)  # last: a replica that is stopped forgets what it counted
        while True:
            seen = [target for target in targets(ask) if _ONLY_IN_A_DRILL not in target.expr]
            answered.update(target for target in seen if target not in answered and has_data(ask, target))
            empty = [target for target in seen if target not in answered]
            seconds = time.monotonic() - began
            if not empty or seconds > LIMIT:
                break
            time.sleep(1)
        while load.is_running and not load.has_done(JOURNEYS):
            time.sleep(1)
    boards = documents()
    return Proof(
        dashboards=len(boards),
        panels=sum(len(panels(board)) for board in boards),
        targets=len(seen),
        empty=empty,
        seconds=seconds,
        since="up" if is_new else "the load began",
        load=load,
    )


if __name__ == "__main__":
    proof = prove(current().layout)
    print(proof.load.output)  # noqa: T201
    for target in proof.empty:
        print(f"empty: {target.dashboard}: {target.panel}: {target.expr}")  # noqa: T201
    print(proof)  # noqa: T201
    sys.exit(1 if proof.empty or proof.load.code else 0)
