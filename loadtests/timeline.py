"""A run second by second, and its slowest journeys."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent

from loadtests.percentiles import percentile

__all__ = ["Moment", "add", "journey_ended", "moments", "run", "seen", "slowest", "take"]

_KEPT = 10  # slowest journeys


@dataclass
class Moment:
    """A second. p95: ms, of calls that ended in it. people: who are there. busy: share of all processors."""

    at: float  # Unix time
    requests: int = 0
    failures: int = 0
    p95: float = 0.0
    people: int = 0
    busy: float = 0.0


_times: defaultdict[int, list[float]] = defaultdict(list)
_moments: defaultdict[int, Moment] = defaultdict(lambda: Moment(0.0))
_looked: set[int] = set()  # the seconds in which somebody looked
_slowest: list[dict[str, Any]] = []


def seen(request_type: str, name: str, response_time: float, exception: object, **_: Any) -> None:
    """One request, as Locust tells of it."""
    second = int(time.time())
    moment = _moments[second]
    moment.failures += exception is not None
    if request_type in ("WAIT", "JOURNEY"):
        return
    moment.requests += 1
    if not name.endswith("(waits)"):
        _times[second].append(response_time)


def journey_ended(name: str, trace_id: str, seconds: float, problem: str) -> None:
    """Keep it when it is one of the slowest."""
    _keep(
        {"journey": name, "trace": trace_id, "seconds": round(seconds, 3), "at": time.time(), "problem": problem}
    )


def _keep(*journeys: dict[str, Any]) -> None:
    _slowest.extend(journeys)
    _slowest.sort(key=lambda one: -one["seconds"])
    del _slowest[_KEPT:]


def run(people: Callable[[], int]) -> None:
    """Look once a second, for ever. people: how many are there."""
    before = _processors()
    while True:
        gevent.sleep(1)
        second, now = int(time.time()), _processors()
        _looked.add(second)
        moment = _moments[second]
        moment.people = people()
        elapsed = now[1] - before[1]
        moment.busy = round((now[0] - before[0]) / elapsed, 3) if elapsed else 0.0
        before = now


def moments() -> list[Moment]:
    """All seconds so far; one in which nobody looked is like the one before."""
    before = Moment(0.0)
    for second in sorted(_moments):
        moment = _moments[second]
        moment.at = float(second)
        if second not in _looked:
            moment.people, moment.busy = before.people, before.busy
        before = moment
        times = _times[second]
        moment.p95 = round(percentile(times, 0.95), 1) if times else 0.0
    return [_moments[second] for second in sorted(_moments)]


def slowest() -> list[dict[str, Any]]:
    """The slowest journeys: name, trace id, seconds, when they ended (Unix time), and what was wrong."""
    return list(_slowest)


def take() -> dict[str, Any]:
    """All calls by the second in which they ended, and the slowest journeys, for a master; forgotten here."""
    taken = {
        "seconds": {at: (moment.requests, moment.failures, _times[at]) for at, moment in _moments.items()},
        "slowest": list(_slowest),
    }
    for each in (_moments, _times, _slowest):
        each.clear()
    return taken


def add(taken: Mapping[str, Any]) -> None:
    """What a worker has taken."""
    for second, (requests, failures, times) in taken["seconds"].items():
        _moments[second].requests += requests
        _moments[second].failures += failures
        _times[second] += times
    _keep(*taken["slowest"])


def _processors() -> tuple[int, int]:
    """Ticks in which the processors of the machine were busy, and all ticks; zeros where nobody says so."""
    try:
        fields = [int(one) for one in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    except (OSError, ValueError, IndexError):
        return 0, 0
    return sum(fields) - fields[3] - fields[4], sum(fields)
