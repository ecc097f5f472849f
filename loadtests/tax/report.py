"""The results for people: a table for each endpoint, and the page of all of them."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from loadtests.tax.measure import Measured

__all__ = ["page", "table"]

_HEAD = ("", "of bare", "processor time a request", "p50", "p99", "p99 to bare's", "requests/s", "spans a request")


def table(measured: Sequence[Measured]) -> str:
    """Markdown: ratios to the first of them, then medians of all turns."""
    base = measured[0]
    rows = [_HEAD, ("---",) + ("---:",) * (len(_HEAD) - 1)]
    for one in measured:
        rows.append(
            (
                one.kind,
                f"{base.median('processor') / one.median('processor'):.2f}",
                f"{one.median('processor') * 1e6:.0f} µs",
                f"{one.median('p50') * 1e3:.1f} ms",
                f"{one.median('p99') * 1e3:.1f} ms",
                f"{one.median('p99') / base.median('p99'):.1f}",
                f"{one.median('per_second'):.0f}",
                f"{sum(t.spans for t in one.turns) / sum(t.requests for t in one.turns):.2f}",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_TITLES = {
    "ping": "An endpoint that does nothing",
    "read": "One product from the cache (`GET /api/products/1`)",
    "order": "An order (`POST /api/orders`), in the order service",
}
_STEPS = Path(__file__).with_name("steps.md")


def page(found: Mapping[str, Sequence[Measured]], connections: int) -> str:
    """loadtests/RESULTS.md: the machine, the tables, and where the time went before and after."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    names = ("fastapi", "uvicorn", "opentelemetry-sdk", "fastotel", "prometheus-client", "structlog")
    lines = [
        "# What telemetry costs",
        "",
        "Made by `.venv/bin/python -m loadtests.tax --results loadtests/RESULTS.md`; do not edit it. Compare the",
        "ratios, not the times: each app had one core of this machine for itself, in short runs by turns.",
        "",
        f"{model}, Python {platform.python_version()}, {connections} connections, every span recorded and sent;",
        ", ".join(f"{name} {version(name)}" for name in names) + ".",
        "",
        "*bare* is FastAPI with the same routes. *stock* is the usual recipe: the contrib instrumentation, an",
        "instrumentator for Prometheus, and the access log in JSON. Processor time is user and system time of the",
        "process, its exporting threads included.",
    ]
    for endpoint, measured in found.items():
        lines += ["", f"## {_TITLES[endpoint]}", "", table(measured)]
    return "\n".join([*lines, "", _STEPS.read_text(encoding="utf-8")])
