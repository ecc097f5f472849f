"""Traces: tracebox, which stands in for Jaeger."""

from __future__ import annotations

import sys

from deploy.native import readiness
from deploy.native.layout import CHECKOUT, Layout
from deploy.native.programs import Program


def program(layout: Layout) -> Program:
    return Program(
        name="jaeger",
        command=(sys.executable, "-m", "deploy.native.tracebox"),
        ports=(layout.port("jaeger"), layout.port("otlp")),
        ready=readiness.each(
            readiness.tcp(layout.port("otlp")), readiness.http(f"{layout.url('jaeger')}/api/v3/services")
        ),
        environment={
            "HOST": "127.0.0.1",
            "QUERY_PORT": str(layout.port("jaeger")),
            "OTLP_PORT": str(layout.port("otlp")),
            "TRACEBOX_DB": str(layout.data / "tracebox" / "traces.sqlite"),
        },
        directory=CHECKOUT,
        watch=(CHECKOUT / "deploy" / "native" / "tracebox",),
    )


def prepare(layout: Layout) -> None:
    (layout.data / "tracebox").mkdir(parents=True, exist_ok=True)
