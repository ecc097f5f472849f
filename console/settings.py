"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Where the console listens, whom it asks, and where its files lie."""

    host: str
    port: int
    prometheus_url: str
    alertmanager_url: str
    traces_url: str
    addresses: Mapping[str, str]  # of other pages, as a browser reaches them, by the names in grafana/board.py
    dashboards: Path = _CHECKOUT / "grafana" / "generated"
    logs: Path = _CHECKOUT / ".run" / "logs"
    docs: Path = _CHECKOUT / "docs"
    built: Path = _CHECKOUT / "frontend" / "console" / "dist"

    @classmethod
    def from_environment(cls) -> Settings:
        """HOST, PORT, the addresses of whom it asks, LOGS (a folder), and ADDRESSES: name=address, and so on."""
        return cls(
            host=os.environ.get("HOST", "127.0.0.1"),
            port=int(os.environ.get("PORT", "3000")),
            prometheus_url=os.environ["PROMETHEUS_URL"],
            alertmanager_url=os.environ["ALERTMANAGER_URL"],
            traces_url=os.environ["TRACES_URL"],
            logs=Path(os.environ["LOGS"]),
            addresses=dict(pair.split("=", 1) for pair in os.environ["ADDRESSES"].split()),
        )
