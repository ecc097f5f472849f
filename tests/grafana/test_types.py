"""The generated JSON against the types that Grafana itself publishes (npm, @grafana/schema)."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grafana.build import FOLDER
from tests.grafana.targets import documents

TYPES = Path(__file__).parent / "types"
pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node and npm")


@pytest.fixture(scope="module")
def compiler() -> list[str]:
    """TypeScript and Grafana's types, installed once."""
    script = TYPES / "node_modules" / "typescript" / "bin" / "tsc"
    if not script.exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=TYPES, check=True, capture_output=True, timeout=120)
    return ["node", str(script)]


def errors(compiler: list[str], folder: Path, dashboards: list[dict[str, Any]]) -> str:
    """What TypeScript has against these dashboards."""
    (folder / "node_modules").symlink_to(TYPES / "node_modules")
    for name in ("plain.ts", "tsconfig.json"):
        shutil.copy(TYPES / name, folder)
    lines = ['import type { PlainDashboard } from "./plain.js";']
    lines += [f"export const d{n}: PlainDashboard = {json.dumps(d)};" for n, d in enumerate(dashboards)]
    (folder / "dashboards.ts").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run([*compiler, "-p", str(folder)], capture_output=True, text=True, timeout=120)
    return done.stdout


def test_grafana_would_know_every_key_and_value(compiler: list[str], tmp_path: Path) -> None:
    """No unknown key, no value of a wrong type."""
    assert errors(compiler, tmp_path, [*documents(), *documents(FOLDER / "containers")]) == ""


def test_a_wrong_value_is_seen(compiler: list[str], tmp_path: Path) -> None:
    """The check itself works: a threshold mode that Grafana does not know, and a key that it does not have."""
    broken = documents()[0]
    broken["panels"][1]["fieldConfig"]["defaults"]["thresholds"]["mode"] = "sometimes"
    broken["subtitle"] = "unknown"
    found = errors(compiler, tmp_path, [broken])
    assert "subtitle" in found or "sometimes" in found
