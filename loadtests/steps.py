"""The stages of a run one by one: each request counts for the stage in which its person arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from loadtests import settings
from loadtests.objectives import NO_CALLS, Call, Measured, judge, timed
from loadtests.percentiles import percentile

__all__ = ["Step", "add", "are_lost", "highest", "newest", "seen", "steps", "take"]

_LOST = 2  # steps one after the other that do not hold: higher ones will not either
_times: defaultdict[int, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
_failures: defaultdict[int, Counter[str]] = defaultdict(Counter)
_asked_to_wait: Counter[int] = Counter()


@dataclass(frozen=True)
class Step:
    """A stage of a ramp. rate: arrivals a second. p95: ms, of the slowest call. broken: what did not hold."""

    rate: float
    requests: int
    failures: int
    p95: float
    broken: tuple[str, ...]


def seen(
    request_type: str, name: str, response_time: float, exception: object, context: dict[str, Any], **rest: Any
) -> None:
    """One request, as Locust tells of it."""
    if (stage := context.get("stage")) is None or not settings.SCENARIO.is_ramp:
        return
    call = f"{request_type} {name}"
    _times[stage][call].append(response_time)
    _failures[stage][call] += exception is not None
    _asked_to_wait[stage] += getattr(rest.get("response"), "status_code", 0) == 503


def steps() -> list[Step]:
    """All stages of which a request was seen."""
    return [_step(stage) for stage in sorted(_times) if stage < len(settings.SCENARIO.stages)]


def highest(found: Sequence[Step]) -> float:
    """The rate of the last step before the first that does not hold; 0 when there is none."""
    rate = 0.0
    for step in found:
        if step.broken:
            break
        rate = step.rate
    return rate


def newest() -> int | None:
    """The last stage of which a request was seen."""
    return max(_times, default=None)


def are_lost(stage: int) -> bool:
    """Whether a ramp need not go on to this stage."""
    before = range(stage - _LOST, stage)
    return settings.SCENARIO.is_ramp and min(before) >= 0 and all(_step(one).broken for one in before)


def _step(stage: int) -> Step:
    calls = {name: _call(times, _failures[stage][name]) for name, times in _times[stage].items()}
    run = Measured(calls, {}, _asked_to_wait[stage])
    requests = [call for name, call in calls.items() if not name.startswith(NO_CALLS)]
    return Step(
        rate=settings.SCENARIO.stages[stage].arrivals,
        requests=sum(call.requests for call in requests),
        failures=sum(call.failures for call in calls.values()),
        p95=max((call.p95 for call in timed(calls).values()), default=0.0),
        broken=tuple(_broken(run)),
    )


def _broken(run: Measured) -> Iterator[str]:
    for verdict in judge(settings.SCENARIO.objectives, run):
        if not verdict.held:
            yield f"{verdict.found} ({verdict.objective})"


def _call(times: Sequence[float], failures: int) -> Call:
    ordered = sorted(times)
    p50, p95, p99 = (round(percentile(ordered, share), 1) for share in (0.5, 0.95, 0.99))
    return Call(len(ordered), failures, p50, p95, p99)


def as_json() -> list[dict[str, Any]]:
    """For results.json."""
    return [asdict(step) for step in steps()]


def take() -> dict[str, Any]:
    """All that was seen, for a master; it is forgotten here."""
    taken = {
        "times": {stage: dict(calls) for stage, calls in _times.items()},
        "failures": {stage: dict(calls) for stage, calls in _failures.items()},
        "asked": dict(_asked_to_wait),
    }
    for each in (_times, _failures, _asked_to_wait):
        each.clear()
    return taken


def add(taken: Mapping[str, Any]) -> None:
    """What a worker has taken."""
    for stage, calls in taken["times"].items():
        for call, times in calls.items():
            _times[stage][call] += times
    for stage, failures in taken["failures"].items():
        _failures[stage].update(failures)
    _asked_to_wait.update(taken["asked"])
