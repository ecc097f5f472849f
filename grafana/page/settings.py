"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Where the page listens, whom it asks, and where its files lie."""

    host: str
    port: int
    prometheus_url: str
    addresses: Mapping[str, str]  # of other pages, as a browser reaches them, by the names in grafana/board.py
    dashboards: Path = _CHECKOUT / "grafana" / "generated"
    docs: Path = _CHECKOUT / "docs"
    static: Path = Path(__file__).parent / "static"
    charts: Path = Path(__file__).parent / "node_modules" / "uplot" / "dist"

    @classmethod
    def from_environment(cls) -> Settings:
        """HOST, PORT, PROMETHEUS_URL, and ADDRESSES: name=address, one after the other."""
        return cls(
            host=os.environ.get("HOST", "127.0.0.1"),
            port=int(os.environ.get("PORT", "3000")),
            prometheus_url=os.environ["PROMETHEUS_URL"],
            addresses=dict(pair.split("=", 1) for pair in os.environ["ADDRESSES"].split()),
        )
