"""Settings from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Settings:
    """Where the page listens, whom it asks, and where its files lie."""

    host: str
    port: int
    prometheus_url: str
    jaeger_url: str  # as a browser reaches it
    dashboards: Path = _CHECKOUT / "grafana" / "generated"
    docs: Path = _CHECKOUT / "docs"
    static: Path = Path(__file__).parent / "static"
    charts: Path = Path(__file__).parent / "node_modules" / "uplot" / "dist"

    @classmethod
    def from_environment(cls) -> Settings:
        """HOST, PORT, PROMETHEUS_URL, JAEGER_URL."""
        return cls(
            host=os.environ.get("HOST", "127.0.0.1"),
            port=int(os.environ.get("PORT", "3000")),
            prometheus_url=os.environ["PROMETHEUS_URL"],
            jaeger_url=os.environ["JAEGER_URL"],
        )
