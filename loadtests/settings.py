"""What ./shop load tells the load, by environment variables."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from loadtests import arrivals
from loadtests.arrivals import Arrival
from loadtests.scenario import MOST_WORKERS, read

__all__ = ["ARRIVALS", "FOLDER", "OTLP", "SCENARIO", "SEED", "STAGED", "WORKERS", "admin_password"]


def _number(name: str) -> float | None:
    return float(os.environ[name]) if name in os.environ else None


SCENARIO = read(os.environ["LOAD_SCENARIO"]).asked_for(
    users=_number("LOAD_USERS"),
    spawn_rate=_number("LOAD_SPAWN_RATE"),
    arrivals=_number("LOAD_RATE"),
    seconds=_number("LOAD_SECONDS"),
)
STAGED = "LOAD_STAGED" in os.environ  # follow its stages; else Locust's page says how many and how long
FOLDER = Path(os.environ["LOAD_FOLDER"])  # accounts, faults, results
OTLP = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
SEED = int(os.environ.get("LOAD_SEED") or secrets.randbits(32))  # of all choices
WORKERS = int(os.environ.get("LOAD_WORKERS", "1"))  # gates, each in a process of its own
if WORKERS > MOST_WORKERS:
    raise ValueError(f"LOAD_WORKERS is {WORKERS}; at most {MOST_WORKERS} processes can share a load")


def _arrivals() -> list[Arrival]:
    if replayed := os.environ.get("LOAD_REPLAY"):
        return arrivals.read(Path(replayed), list(SCENARIO.weights))
    return arrivals.plan(SCENARIO.stages, SCENARIO.weights, SEED) if SCENARIO.is_open else []


ARRIVALS = _arrivals()
"""Everybody who comes, where the model is open."""


def admin_password() -> str:
    """Of the seeded admin."""
    return Path(os.environ["LOAD_ADMIN_PASSWORD_FILE"]).read_text(encoding="utf-8").strip()
