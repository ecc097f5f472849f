"""Traces: Jaeger where `jaeger` (version 2) is on the PATH, else tracebox, which stands in for it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from deploy.installation import readiness
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native.packages import SEARCH_PATH
from deploy.native.programs import Program

BINARY = shutil.which("jaeger", path=SEARCH_PATH)
# What Prometheus asks: ports by their name in the layout, with the name of the instance.
SCRAPED: Mapping[str, str] = (
    {"jaeger-metrics": "jaeger", "jaeger-span-metrics": "jaeger-span-metrics"} if BINARY else {"jaeger": "jaeger"}
)
_CONFIG = CHECKOUT / "jaeger"
# The variables of jaeger/config.yaml that are ports, by their names in the layout.
_PORTS = {
    "JAEGER_QUERY_PORT": "jaeger",
    "JAEGER_QUERY_GRPC_PORT": "jaeger-grpc",
    "JAEGER_OTLP_PORT": "otlp",
    "JAEGER_OTLP_GRPC_PORT": "otlp-grpc",
    "JAEGER_OTLP_BROWSER_PORT": "otlp-browser",
    "JAEGER_HEALTH_PORT": "jaeger-health",
    "JAEGER_METRICS_PORT": "jaeger-metrics",
    "JAEGER_SPAN_METRICS_PORT": "jaeger-span-metrics",
}


def program(layout: Layout) -> Program:
    """The trace store. With JAEGER_PROFILE=tail-sampling Jaeger drops most of the traces that went well."""
    return real(layout, BINARY) if BINARY else _tracebox(layout)


def prepare(layout: Layout) -> None:
    (layout.data / ("jaeger" if BINARY else "tracebox")).mkdir(parents=True, exist_ok=True)


def real(layout: Layout, binary: str) -> Program:
    """Jaeger itself, on the ports and in the data directory of this installation."""
    profile = os.environ.get("JAEGER_PROFILE") or "config"
    return Program(
        name="jaeger",
        # The profile is laid over the configuration; the default profile changes nothing.
        command=(binary, f"--config={_CONFIG / 'config.yaml'}", f"--config={_CONFIG / f'{profile}.yaml'}"),
        ports=tuple(layout.port(name) for name in _PORTS.values()),
        ready=readiness.each(
            readiness.http(f"{layout.url('jaeger-health')}/status"),
            readiness.http(f"{layout.url('jaeger')}/api/v3/services"),
        ),
        environment={
            "GOMEMLIMIT": "300MiB",  # Go collects before the limiter of the configuration (400 MiB) refuses
            "JAEGER_HOST": "127.0.0.1",
            "JAEGER_DATA": str(layout.data / "jaeger"),
            "JAEGER_PROMETHEUS": layout.url("prometheus"),
            **{variable: str(layout.port(name)) for variable, name in _PORTS.items()},
        },
        watch=(_CONFIG,),
    )


def _tracebox(layout: Layout) -> Program:
    return Program(
        name="jaeger",
        command=(sys.executable, "-m", "jaeger.tracebox"),
        ports=(layout.port("jaeger"), layout.port("otlp"), layout.port("otlp-browser")),
        ready=readiness.each(
            readiness.tcp(layout.port("otlp")),
            readiness.tcp(layout.port("otlp-browser")),
            readiness.http(f"{layout.url('jaeger')}/api/v3/services"),
        ),
        environment={
            "HOST": "127.0.0.1",
            "QUERY_PORT": str(layout.port("jaeger")),
            "OTLP_PORT": str(layout.port("otlp")),
            "OTLP_BROWSER_PORT": str(layout.port("otlp-browser")),
            "TRACEBOX_CONSOLE": f"http://localhost:{layout.port('grafana')}",
            "TRACEBOX_DB": str(layout.data / "tracebox" / "traces.sqlite"),
        },
        directory=CHECKOUT,
        watch=(CHECKOUT / "jaeger", CHECKOUT / "observability"),
    )
