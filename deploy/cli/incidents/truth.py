"""The truth of an incident: as a ground truth of ITBench, and as a record and a query of OpenRCA.

ITBench: `groundtruth_v1.yaml` of the scenarios in https://github.com/itbench-hub/ITBench-Scenarios (below
sre/roles/scenarios/files/), read as `ground_truth.yaml` by https://github.com/itbench-hub/ITBench-SRE-Agent.
OpenRCA: https://github.com/microsoft/OpenRCA, main/generate.py (columns), main/evaluate.py (scoring points) and
main/task_specification.json (task_7 asks for part, time and reason).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.cli.incidents import topology
from deploy.cli.incidents.dataset import date, write_csv
from deploy.operations.drills.fault import Fault

__all__ = ["ground_truth", "labels", "write"]

_NAMESPACE = "glasshouse"
_CATEGORIES = {"flag": "Configuration Setting", "stop": "Chaos", "freeze": "Chaos"}  # ITBench has no closed list
_MECHANISMS = {"flag": "flagd"}  # as ITBench names flags of the OpenTelemetry demo: custom(flagd)


def labels(fault: Fault, seed: int) -> dict[str, Any]:
    """What is the same in each recording of a fault with this seed."""
    return {
        "fault": fault.name,
        "part": fault.part,
        "reason": fault.reason,
        "propagation": [list(way) for way in topology.spread(fault.part, fault.spreads_to)],
        "alerts": [[one.alert, one.service] for one in fault.must],
        "seed": seed,
    }


def ground_truth(fault: Fault) -> dict[str, Any]:
    """The document of ITBench."""
    labelled = [*(one.service for one in fault.must), *(one.service for one in fault.may if one.service)]
    noticed = [topology.part_of(name) for name in labelled]
    ours = topology.part_of(fault.part)
    parts = list(dict.fromkeys([fault.part, ours, *fault.spreads_to, *noticed]))
    return {
        "apiVersion": "itbench.io/v1",
        "kind": "GroundTruth",
        "metadata": {"name": fault.name},
        "spec": {
            "alerts": [
                {
                    "group_id": topology.part_of(one.service),
                    "id": one.alert,
                    "metadata": {"description": f"{one.alert} of {one.service} within {one.within:.0f} s"},
                }
                for one in fault.must
            ],
            "aliases": [[fault.part, ours]] if fault.part != ours else [],
            "fault": [
                {
                    "category": _CATEGORIES.get(fault.way, "Custom"),
                    "condition": fault.what,
                    "entity": {"group_id": fault.part, "kind": _kind(fault.part), "name": fault.part},
                    "fault_mechanism": f"custom({_MECHANISMS.get(fault.way, fault.way)})",
                }
            ],
            "groups": [
                {
                    "filter": [_filter(name)],
                    "id": name,
                    "kind": _kind(name),
                    "namespace": _NAMESPACE,
                    **({"root_cause": True} if name == fault.part else {}),
                }
                for name in parts
            ],
            "propagations": list(_propagations(fault)),
            "recommendedActions": [{"solution": {"actions": [fault.heals], "id": f"heal-{fault.name}"}}],
        },
    }


def _propagations(fault: Fault) -> Iterator[dict[str, str]]:
    known = {fault.part: f"{fault.part}: {fault.reason}"}
    for near, far in topology.spread(fault.part, fault.spreads_to):
        alerts = [one.alert for one in fault.must if topology.part_of(one.service) == far]
        effect = f"{far} notices it" + (f": {', '.join(alerts)}" if alerts else "")
        known.setdefault(far, effect)
        yield {"condition": known[near], "effect": effect, "source": near, "target": far}


def _kind(name: str) -> str:
    return "Service" if topology.part_of(name) == name else "Pod"


def _filter(name: str) -> str:
    return re.escape(name).replace(r"\-", "-") + (r"(-[0-9]+)?\b" if _kind(name) == "Service" else r"\b")


def write(folder: Path, fault: Fault, began: float, window: tuple[float, float]) -> None:
    """ground_truth.yaml, record.csv and query.csv. began, window: Unix times, of the fault and the telemetry."""
    text = yaml.safe_dump(ground_truth(fault), sort_keys=False, width=110)
    (folder / "ground_truth.yaml").write_text("---\n" + text, encoding="utf-8")
    level = "service" if _kind(fault.part) == "Service" else "pod"
    write_csv(
        folder / "record.csv",
        ("level", "component", "timestamp", "datetime", "reason"),
        [(level, fault.part, round(began, 1), date(began), fault.reason)],
    )
    asked = (
        f"Between {date(window[0])} and {date(window[1])} (UTC) the shop had one failure. "
        "Find the component that caused it, the time at which it occurred, and the reason."
    )
    points = (
        f"The only predicted root cause component is {fault.part}\n"
        f"The only root cause occurrence time is within 1 minutes (i.e., <=1min) of {date(began)}\n"
        f"The only predicted root cause reason is {fault.reason}\n"
    )
    write_csv(folder / "query.csv", ("task_index", "instruction", "scoring_points"), [("task_7", asked, points)])
