"""Finds the cause of an incident by plain rules: what changed, what explains what, and since when.

Each rule looks at one series of each replica. What it saw in the first `HEALTHY` seconds is normal; it speaks when
a series leaves that for two moments in a row. A cause (a part is down, its cache never hits) weighs more than a
symptom (errors, slowness). A part with symptoms only stands behind those that it needs and that have changed, too.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

from deploy.cli.incidents import dataset, topology

__all__ = ["HEALTHY", "Suspect", "suspects"]

HEALTHY = 50.0  # seconds at the beginning of a data set
_LOADED = 10.0  # seconds until its load has begun
Series = dict[tuple[str, str], dict[int, float]]
"""Values by cmdb_id and kpi_name, and by time."""


@dataclass(frozen=True)
class Suspect:
    """A part, the reason, and since when (Unix time)."""

    part: str
    reason: str
    since: int
    weight: float


@dataclass(frozen=True)
class _Rule:
    """kpi: a pattern. by, times: how far it rises above the highest normal value; by below 0: it falls so far
    below the lowest. part: where the fault is, when it is not where it is seen."""

    kpi: str
    reason: str
    weight: float
    by: float
    times: float = 1.0
    part: str = ""

    def since(self, values: Mapping[int, float], loaded: float, healthy_until: float) -> int | None:
        normal = [value for at, value in values.items() if loaded <= at <= healthy_until]
        if self.by < 0 and not normal:
            return None
        low, high = min(normal, default=0.0), max(normal, default=0.0)
        over = [(at, value) for at, value in sorted(values.items()) if at > healthy_until]
        away = {
            at
            for at, value in over
            if (value < low + self.by if self.by < 0 else value > high * self.times + self.by)
        }
        return next((at for (at, _), (later, _) in pairwise(over) if {at, later} <= away), None)


_RULES = [_Rule(**one) for one in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["rules"]]
_EVENT = re.compile(r'"event":"((?:[^"\\]|\\.)*)"')
_ERROR = re.compile(r"\b([A-Z]\w*(?:Error|Timeout))\b")
_STARTED = "Application startup complete."  # what uvicorn says
_WORK_QUEUE = re.compile(r"queue_messages\.(\w+)\.\w+")
_CAUSE = 2.0  # the least weight of one


def suspects(folder: Path) -> list[Suspect]:
    """Parts that may be the cause, the likeliest first. It never reads the truth."""
    series = _read(folder)
    _derive(series)
    begin = min((at for values in series.values() for at in values), default=0)
    healthy = (begin + _LOADED, begin + HEALTHY)
    best: dict[str, Suspect] = {}
    for rule in _RULES:
        for suspect in _speak(rule, series, healthy):
            known = best.get(suspect.part)
            if known is None or (suspect.weight, -suspect.since) > (known.weight, -known.since):
                best[suspect.part] = suspect
    needs = _needs(folder)
    changed = {topology.part_of(name) for name in best}

    def order(suspect: Suspect) -> tuple[float, int, str]:
        explained = suspect.weight < _CAUSE and bool(needs[topology.part_of(suspect.part)] & changed)
        return -suspect.weight / (2 if explained else 1), suspect.since, suspect.part

    return sorted((one for one in best.values() if not _is_told(one, best)), key=order)


def _is_told(suspect: Suspect, best: Mapping[str, Suspect]) -> bool:
    """Whether its part as a whole is suspected at least as much."""
    whole = best.get(topology.part_of(suspect.part))
    return whole is not None and whole is not suspect and whole.weight >= suspect.weight


def _speak(rule: _Rule, series: Series, healthy: tuple[float, float]) -> Iterator[Suspect]:
    """The suspects of one rule: a part as a whole when it speaks of each of its replicas, else the replicas."""
    seen: dict[str, int] = {}
    looked: dict[str, set[str]] = defaultdict(set)
    parts = {part.name for part in topology.parts()}
    for (cmdb, kpi), values in series.items():
        if fnmatchcase(kpi, rule.kpi):
            callee = topology.part_of(kpi.rpartition("_to.")[2])
            where = rule.part or (callee if callee in parts else cmdb)
            looked[topology.part_of(where)].add(where)
            since = rule.since(values, *healthy)
            if since is not None:
                seen[where] = min(since, seen.get(where, since))
    for part, replicas in looked.items():
        spoken = {name: seen[name] for name in replicas if name in seen}
        whole = len(spoken) == len(replicas) and (len(replicas) > 1 or part in replicas)
        for name, since in ({part: min(spoken.values())} if spoken and whole else spoken).items():
            yield Suspect(name, rule.reason, since, rule.weight)


def _read(folder: Path) -> Series:
    series: Series = defaultdict(dict)
    for row in dataset.rows(folder, "metric/metric_container.csv"):
        series[row["cmdb_id"], row["kpi_name"]][int(row["timestamp"])] = float(row["value"])
    for row in dataset.rows(folder, "metric/metric_mesh.csv"):
        caller, _, _, callee = row["cmdb_id"].split(".", 3)
        kind, _, what = row["kpi_name"].partition("_")
        name = {"errors_per_second": "errors", "mean_seconds": "mean"}.get(what, "calls")
        series[caller, f"{kind}.{name}_to.{callee}"][int(row["timestamp"])] = float(row["value"])
    moments = sorted({at for values in series.values() for at in values})
    return series | _lines(folder, moments)


def _lines(folder: Path, moments: Sequence[int]) -> Series:
    """From logs: errors in 5 seconds, and how often so far a program warned, named an error or started."""
    errors: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name in ("log/log_service.csv", "log/log_proxy.csv"):
        for row in dataset.rows(folder, name):
            program, at = row["cmdb_id"], int(row["timestamp"])
            is_error = '"level":"error"' in row["value"]
            errors[program][at // 5 * 5] += is_error
            if is_error or '"level":"warning"' in row["value"] or _STARTED in row["value"]:
                names = {f"event.{event}" for event in _EVENT.findall(row["value"])}
                for kpi in names | {f"error.{error}" for error in _ERROR.findall(row["value"])}:
                    seen[program, kpi].append(at)
    found: Series = {(program, "loud_lines"): dict(values) for program, values in errors.items()}
    for key, times in seen.items():
        times.sort()
        found[key] = {at: float(bisect_right(times, at)) for at in moments}
    return found


def _derive(series: Series) -> None:
    """Shares of one series in another, which change less than rates do when more people come."""
    for cmdb in {cmdb for cmdb, _ in series}:
        hits, misses = (series.get((cmdb, f"cache_per_second.{one}"), {}) for one in ("hit", "miss"))
        _share(series, (cmdb, "cache_hit_share"), hits, _sum(hits, misses), 0.3)
        requests = series.get((cmdb, "http_requests_per_second"), {})
        for callee in ("mongodb", "postgresql"):
            commands = series.get((cmdb, f"db.calls_to.{callee}"), {})
            _share(series, (cmdb, f"commands_per_request.{callee}"), commands, requests, 0.3)
    for (_, kpi), values in list(series.items()):
        if (queue := _WORK_QUEUE.fullmatch(kpi)) is not None:
            series[f"{queue[1]}-service", "messages_that_wait"] = values
    webhooks = {one: _all(series, f"webhooks_per_second.{one}") for one in ("applied", "duplicate")}
    calls, paid = _all(series, "callbacks_per_second.delivered"), _all(series, "orders_per_second.paid")
    everything = _sum(*webhooks.values())
    decided = _sum(*(_all(series, f"payments_per_second.{one}") for one in ("succeeded", "failed")))
    _share(series, ("payment-service", "webhooks_per_payment"), everything, decided, 0.15)
    _share(series, ("payment-service", "webhooks_per_callback"), everything, calls, 0.15)
    _share(series, ("payment-service", "webhooks_known_share"), webhooks["duplicate"], everything, 0.15)
    _share(series, ("order-service", "cents_per_order"), _all(series, "order_value_cents_per_second"), paid, 0.15)


def _all(series: Series, kpi: str) -> dict[int, float]:
    return _sum(*(values for (_, name), values in series.items() if name == kpi))


def _sum(*added: Mapping[int, float]) -> dict[int, float]:
    total: dict[int, float] = defaultdict(float)
    for values in added:
        for at, value in values.items():
            total[at] += value
    return dict(total)


def _share(
    series: Series, name: tuple[str, str], part: Mapping[int, float], whole: Mapping[int, float], least: float
) -> None:
    """Where the whole is at least so much: a share of nearly nothing says nothing."""
    if found := {at: part.get(at, 0.0) / value for at, value in whole.items() if value >= least}:
        series[name] = found


def _needs(folder: Path) -> dict[str, set[str]]:
    needs: dict[str, set[str]] = defaultdict(set)
    for edge in json.loads((folder / "topology.json").read_text(encoding="utf-8"))["edges"]:
        # Who sends an event does not need those who get it, but the broker.
        if edge["kind"] in ("http", "database", "cache") or edge["callee"] == "rabbitmq":
            needs[edge["caller"]].add(edge["callee"])
    return needs
