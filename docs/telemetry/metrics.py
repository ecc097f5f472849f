"""Finds every metric: of our Python code, those that mtail makes of the gateway's log, and recorded series."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from docs.telemetry.registry import registry
from docs.telemetry.source import ROOT, Call, UnreadableError, calls, last
from observability.metrics import OWN_LABELS
from services.shared.names import PREFIX

_TYPES = {"Counter", "Gauge", "Histogram", "Summary", "Enum", "Info"}


@dataclass(frozen=True)
class Metric:
    """A metric, by the name that it has in Prometheus."""

    part: str
    name: str
    type: str
    labels: tuple[str, ...]
    help: str


def metrics() -> list[Metric]:
    """The metrics of our Python code. Raises UnreadableError."""
    return [_metric(call) for call in calls() if call.name in _TYPES and call.node.args and _imports(call)]


def _imports(call: Call) -> bool:
    """Whether this is prometheus-client's class, and not collections.Counter."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "prometheus_client"
        and call.name in {alias.name for alias in node.names}
        for node in call.tree.body
    )


def _metric(call: Call) -> Metric:
    labels = call.argument(2, "labelnames")
    if labels is not None and not isinstance(labels, ast.List | ast.Tuple):
        raise UnreadableError(f"{call.part}, {call.module}:{call.node.lineno}: labels must be literal")
    name = call.text(0, "name") + ("_total" if call.name == "Counter" else "")
    declared = next((k.value for k in call.node.keywords if k.arg == "registry"), None)
    return Metric(
        call.part,
        f"{PREFIX}_{name}" if declared is not None and last(declared) == "OWN" else name,
        call.name.lower(),
        tuple(_served(label) for label in ast.literal_eval(labels)) if labels else (),
        call.text(1, "documentation"),
    )


def _served(label: str) -> str:
    return f"{PREFIX}_{label}" if label in OWN_LABELS else label


def gateway_metrics() -> list[Metric]:
    """What mtail counts; it has no help texts, so the registry's are taken."""
    program = (ROOT / "prometheus" / "gateway.mtail").read_text(encoding="utf-8")
    lines = re.findall(
        r"^(counter|gauge|histogram) (\w+)(?: by ([\w, ]+?))?(?: buckets .*)?$", program, re.MULTILINE
    )
    known = registry().metrics
    return [
        Metric(
            "Gateway", name, kind, tuple(by.split(", ")) if by else (), known[name].brief if name in known else ""
        )
        for kind, name, by in lines
    ]


def recorded() -> list[str]:
    """Names of the series that rules record; those of several windows become one, with `{window}`."""
    names = [
        re.sub(r"(?<=\D)\d+[mhd]$", "{window}", name)
        for rules in sorted((ROOT / "prometheus" / "rules").glob("*.yml"))
        for name in re.findall(r"record: (\S+)", rules.read_text(encoding="utf-8"))
    ]
    return list(dict.fromkeys(names))
