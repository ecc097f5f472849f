"""What ./shop load tells the load, by environment variables."""

from __future__ import annotations

import os
from pathlib import Path

from loadtests.scenario import read

__all__ = ["FOLDER", "OTLP", "SCENARIO", "STAGED", "admin_password"]

SCENARIO = read(os.environ["LOAD_SCENARIO"])
STAGED = "LOAD_STAGED" in os.environ  # follow its stages; else Locust's own options say how many and how long
FOLDER = Path(os.environ["LOAD_FOLDER"])  # accounts, faults, results
OTLP = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]


def admin_password() -> str:
    """Of the seeded admin."""
    return Path(os.environ["LOAD_ADMIN_PASSWORD_FILE"]).read_text(encoding="utf-8").strip()
