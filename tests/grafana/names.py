"""Names of metrics: those that code declares, those of exporters, and those that a query uses."""

import importlib
import re
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from observability.metrics import OWN
from services.shared.names import PREFIX

ROOT = Path(__file__).parents[2]
MODULES = (
    "observability.metrics",
    *(".".join(p.relative_to(ROOT).with_suffix("").parts) for p in ROOT.glob("services/**/metrics.py")),
)
# What parts that are not ours count, by the beginning of the name.
EXPORTERS = {
    "ALERTS": "Prometheus, for each alert that is pending or fires",
    "alertmanager_": "Alertmanager",
    "nginx_": "nginx-prometheus-exporter",
    "otelcol_": "Jaeger",
    "pg_": "postgres_exporter",
    "probe_": "blackbox_exporter",
    "process_": "every client library",
    "prometheus_": "Prometheus",
    "python_gc_": "prometheus-client",
    "rabbitmq_": "rabbitmq_prometheus",
    "redis_": "redis_exporter",
    "scrape_": "Prometheus, for each target",
    "shop_tracebox_": "jaeger/tracebox",
    "up": "Prometheus, for each target",
}
_SUFFIXES = ("_bucket", "_count", "_sum", "_total")
_NOT_METRICS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}


def base(name: str) -> str:
    """The name without what is added for one of its series."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def declared() -> set[str]:
    """What the code of the services declares, by the names that are served."""
    own = {family.name for family in OWN.collect()}
    names = {
        next(iter(value.describe())).name
        for module in MODULES
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, MetricWrapperBase)
    }
    return {base(f"{PREFIX}_{name}" if name in own else name) for name in names}


def derived() -> set[str]:
    """What mtail makes of the gateway's log, and what rules record."""
    log = (ROOT / "prometheus" / "gateway.mtail").read_text(encoding="utf-8")
    found = {base(name) for name in re.findall(r"^(?:counter|gauge|histogram) (\w+)", log, re.MULTILINE)}
    for rules in (ROOT / "prometheus" / "rules").glob("*.yml"):
        found.update(re.findall(r"record: (\S+)", rules.read_text(encoding="utf-8")))
    return found


def used(expr: str) -> set[str]:
    """The metrics in a query."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", " ", expr)
    bare = re.sub(r"\b(by|on|without|ignoring|group_left|group_right) *\([^)]*\)", " ", bare)
    names = re.findall(r"(?<![\w.:$])([a-zA-Z_:][\w:]*)\b(?! *\()", bare)
    return {base(name) for name in names if name.lower() not in _NOT_METRICS}
