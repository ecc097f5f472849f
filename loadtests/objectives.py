"""What a run must reach: data of its scenario, judged at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["NO_CALLS", "Asked", "Call", "Measured", "Objectives", "Verdict", "judge", "timed"]

_FEW = 20  # calls of which a percentile says nothing yet
NO_CALLS = ("WAIT ", "JOURNEY ")  # what is measured beside calls


@dataclass(frozen=True)
class Call:
    """How often a request was made and failed, and in how many milliseconds 50, 95 and 99 % were answered."""

    requests: int
    failures: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Asked:
    """A question to Prometheus about the run: {window} is its time, {half} half of it. at_most: the answer."""

    says: str
    query: str
    at_most: float


@dataclass(frozen=True)
class Objectives:
    """p50, p95, p99: milliseconds that no kind of call may exceed; journey_p95: the same for each kind of journey.

    errors, asked_to_wait, decided: shares of all requests that may fail and that may be answered by a 503 with
    Retry-After, and of all payments that must have had a result. late: milliseconds by which 99 % of arrivals may
    come late, because the load itself has too much to do. budget: how fast an error budget of prometheus/slo.toml
    may be spent; 1: the promise is just kept. rate: arrivals a second that a ramp must reach. outcomes: how often
    each must have come, exactly; same: groups of outcomes that must have come equally often; times: one outcome,
    another, and how many of the first there must be at least for each of the second.
    """

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    journey_p95: float | None = None
    errors: float = 0.0
    asked_to_wait: float = 0.02
    decided: float | None = None
    late: float | None = None
    budget: float | None = None
    rate: float | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    same: tuple[tuple[str, ...], ...] = ()
    times: tuple[tuple[str, str, float], ...] = ()
    prometheus: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What a run did. calls: by method and name. outcomes: how often each came. asked_to_wait: how many were."""

    calls: Mapping[str, Call]
    outcomes: Mapping[str, int]
    asked_to_wait: int


@dataclass(frozen=True)
class Verdict:
    """What was wanted, what was found, and whether that is what was wanted."""

    objective: str
    found: str
    held: bool


def timed(calls: Mapping[str, Call]) -> dict[str, Call]:
    """Those whose percentiles say something: calls that do not wait on purpose, and are not too few."""
    names = (name for name in calls if not name.startswith(NO_CALLS) and not name.endswith("(waits)"))
    return {name: calls[name] for name in names if calls[name].requests >= _FEW}


def judge(wanted: Objectives, run: Measured) -> Iterator[Verdict]:
    """Each objective that the load itself can judge."""
    calls = {name: call for name, call in run.calls.items() if not name.startswith(NO_CALLS)}
    requests = sum(call.requests for call in calls.values())
    failures = sum(call.failures for call in run.calls.values())
    if not requests:
        yield Verdict("at least one request is made", "not one request was made", held=False)
        return
    yield _share("requests that fail", failures, requests, wanted.errors)
    yield _share("requests that were asked to wait", run.asked_to_wait, requests, wanted.asked_to_wait)
    for percentile in ("p50", "p95", "p99"):
        yield from _percentile(percentile, "call", timed(calls), getattr(wanted, percentile))
    journeys = {name: call for name, call in run.calls.items() if name.startswith("JOURNEY ")}
    yield from _percentile("p95", "journey", journeys, wanted.journey_p95)
    yield from _percentile("p99", "arrival's lateness", {"late": run.calls.get("WAIT late")}, wanted.late)
    yield from _outcomes(wanted, run.outcomes)


def _share(what: str, number: int, of: int, at_most: float) -> Verdict:
    return Verdict(f"{what}: at most {at_most:.2%}", f"{number} of {of}", held=number <= of * at_most)


def _percentile(
    percentile: str, of: str, calls: Mapping[str, Call | None], limit: float | None
) -> Iterator[Verdict]:
    judged = {name: getattr(call, percentile) for name, call in calls.items() if call and call.requests >= _FEW}
    if limit is None or not judged:
        return
    name = max(judged, key=lambda one: judged[one])
    found = f"{name}: {percentile} is {judged[name]:.0f} ms"
    yield Verdict(f"{percentile} of each {of}: at most {limit:.0f} ms", found, held=judged[name] <= limit)


def _outcomes(wanted: Objectives, found: Mapping[str, int]) -> Iterator[Verdict]:
    if wanted.decided is not None:
        sent, decided = found.get("payments sent", 0), found.get("payments decided", 0)
        says = f"{decided} of {sent} payments were decided"
        yield Verdict(f"payments decided: {wanted.decided:.0%}", says, held=decided >= sent * wanted.decided > 0)
    for name, number in wanted.outcomes.items():
        yield Verdict(f"{name}: {number}", f"{name}: {found.get(name, 0)}", held=found.get(name, 0) == number)
    for many, one, at_least in wanted.times:
        ratio = found.get(many, 0) / max(1, found.get(one, 0))
        says = f"{many}: {found.get(many, 0)}, {one}: {found.get(one, 0)}, which is {ratio:.1f}"
        yield Verdict(f"{many} for each of {one}: at least {at_least:g}", says, held=ratio >= at_least)
    for group in wanted.same:
        numbers = [found.get(name, 0) for name in group]
        says = ", ".join(f"{name}: {number}" for name, number in zip(group, numbers, strict=True))
        yield Verdict(f"as many of: {', '.join(group)}", says, held=len(set(numbers)) == 1 and numbers[0] > 0)
