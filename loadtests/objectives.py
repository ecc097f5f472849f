"""What a run must reach: data of its scenario, judged at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["Call", "Objectives", "unmet"]

_FEW = 20  # calls of which a percentile says nothing yet


@dataclass(frozen=True)
class Call:
    """How often a request was made, and in how many milliseconds 50, 95 and 99 % of them were answered."""

    requests: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Objectives:
    """p50, p95, p99: milliseconds that no kind of call may exceed. asked_to_wait: the share of all requests that
    may be answered by a 503 with Retry-After. outcomes: how often each must have come, exactly."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    asked_to_wait: float = 0.02
    outcomes: Mapping[str, int] = field(default_factory=dict)


def unmet(
    wanted: Objectives, calls: Mapping[str, Call], outcomes: Mapping[str, int], asked_to_wait: int
) -> Iterator[str]:
    """Each objective that was not reached, as a sentence. Requests that wait have no percentile to meet.

    calls: by method and name. outcomes: how often each came. asked_to_wait: requests that were.
    """
    requests = sum(call.requests for call in calls.values())
    if not requests:
        yield "not one request was made"
        return
    if asked_to_wait > requests * wanted.asked_to_wait:
        yield f"{asked_to_wait} of {requests} requests were asked to wait, more than {wanted.asked_to_wait:.0%}"
    for name, call in calls.items():
        if call.requests < _FEW or name.startswith("WAIT ") or name.endswith("(waits)"):
            continue
        for percentile in ("p50", "p95", "p99"):
            limit, found = getattr(wanted, percentile), getattr(call, percentile)
            if limit is not None and found > limit:
                yield f"{name}: {percentile} is {found:.0f} ms, more than {limit:.0f} ms"
    for name, number in wanted.outcomes.items():
        if (found := outcomes.get(name, 0)) != number:
            yield f"{name}: {found} instead of {number}"
