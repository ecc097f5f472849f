"""What can be full, as questions to Prometheus, and what was full first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from loadtests.scenario import Stage

__all__ = ["PROCESSOR", "RESOURCES", "Full", "Resource", "Series", "ranked", "smooth"]

Series = dict[str, list[tuple[float, float]]]
"""By what it is: Unix times, and the share that was used then."""
_FULL = 0.9  # a share from which on something is full, when it is so twice in a row: once is chance
_TOLD = 12
PROCESSOR = "processor of "


@dataclass(frozen=True)
class Resource:
    """A query whose values are shares: 1 is all there is. what: its name, with labels of the answer."""

    what: str
    query: str


_USED = 'db_client_connection_count{db_client_connection_state="used"}'
_POOL = "sum by (instance, db_client_connection_pool_name)"
_WORK = 'queue!~".*(dead|retry.*|replay|tap)"'
RESOURCES = (
    Resource(PROCESSOR + "{instance}", "sum by (instance) (rate(process_cpu_seconds_total[15s]))"),
    Resource(
        "pool {db_client_connection_pool_name} of {instance}",
        f"{_POOL} ({_USED}) / {_POOL} (db_client_connection_max)",
    ),
    # services/shared/admission.py: 16 are at work; as many who wait are a queue
    Resource("door of {instance}", "sum by (instance) (shop_http_waiting_requests) / 16"),
    # The limits of the dashboard Messaging
    Resource("queue {queue}", f"sum by (queue) (rabbitmq_detailed_queue_messages_ready{{{_WORK}}}) / 100"),
    Resource("outbox of {job}", "max by (job) (shop_outbox_pending_events) / 50"),
)


@dataclass(frozen=True)
class Full:
    """Something, its highest share, and how many people came each second when it was full; None: it never was."""

    what: str
    share: float
    rate: float | None


def ranked(
    series: Mapping[str, Sequence[tuple[float, float]]], began: float, stages: Sequence[Stage]
) -> list[Full]:
    """What was full in the order of time, then the rest by its highest share, with the busiest processes.

    began: Unix time of the run."""
    found: list[tuple[float, float, Full]] = []
    for what, values in series.items():
        peak = max((share for _, share in values if not math.isnan(share)), default=0.0)
        full_at = next(
            (at for (at, share), (_, after) in pairwise(values) if min(share, after) >= _FULL), math.inf
        )
        rate = None if full_at == math.inf else _rate(full_at - began, stages)
        found.append((full_at, -peak, Full(what, round(peak, 2), rate)))
    ordered = [full for _, _, full in sorted(found, key=lambda one: one[:2])]
    busiest = [one for one in ordered[_TOLD:] if one.what.startswith(PROCESSOR)][:3]
    return [*ordered[:_TOLD], *busiest]


def smooth(values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The mean of each five values, at the time of the first of them."""
    parts = (values[at : at + 5] for at in range(0, len(values), 5))
    return [(part[0][0], sum(value for _, value in part) / len(part)) for part in parts]


def _rate(elapsed: float, stages: Sequence[Stage]) -> float:
    for stage in stages:
        if elapsed < stage.seconds:
            return stage.arrivals
        elapsed -= stage.seconds
    return stages[-1].arrivals
