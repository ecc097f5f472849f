"""Reads the rules and their tests by their lines: both are written in one regular form."""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.native import packages

PROMETHEUS = CHECKOUT / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))


@dataclass(frozen=True)
class Alert:
    """An alert as it is written down."""

    name: str
    file: Path
    text: str

    def value(self, key: str) -> str:
        """What is set for a label or an annotation; "" when it is not there."""
        found = re.search(rf"\b{key}: (?:\"(.+)\"$|([^\n,}}]+))", self.text, re.MULTILINE)
        return (found[1] or found[2]).strip() if found else ""


def alerts() -> list[Alert]:
    """Every alert of every rules file."""
    found = []
    for path in RULES:
        parts = re.split(r"^      - (?=alert: |record: )", path.read_text(), flags=re.MULTILINE)
        found += [Alert(m[1], path, part) for part in parts if (m := re.match(r"alert: (\w+)\n", part))]
    return found


def cases() -> dict[str, list[bool]]:
    """For each alert with tests: whether it is expected to fire, at each moment that is looked at.

    A test is named by its alert, and after a comma what is special about it.
    """
    found: dict[str, list[bool]] = {}
    for name, text in timelines():
        found.setdefault(name, []).extend(rest != " []" for rest in re.findall(r"exp_alerts:(.*)", text))
    return {name: fires for name, fires in found.items() if fires}


def timelines() -> list[tuple[str, str]]:
    """Every test of an alert or a recorded series, with the name of what it tests."""
    parts = [
        part for path in TESTS for part in re.split(r"^(?=  - name: )", path.read_text(), flags=re.MULTILINE)[1:]
    ]
    return [(re.findall(r"  - name: ([^,\n]+)", part)[0], part) for part in parts]


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run promtool."""
    command = [packages.program("promtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def check_values(
    folder: Path, query: str, cases: Iterable[tuple[list[dict[str, str]], str, float | None]]
) -> None:
    """promtool computes `query` after 5 minutes.

    folder: an empty one. cases: series as promtool takes them, a step is 30 s; the labels, as `{job="a"}`, and the
    value of the only answer; None: there is no answer.
    """
    groups = [
        {
            "input_series": given,
            "interval": "30s",
            "promql_expr_test": [
                {
                    "expr": query,
                    "eval_time": "5m",
                    "exp_samples": [] if value is None else [{"labels": labels, "value": value}],
                }
            ],
        }
        for given, labels, value in cases
    ]
    (folder / "rules.yml").write_text("groups: []\n")
    (folder / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": groups}))
    done = promtool("test", "rules", folder / "test.yml")
    assert done.returncode == 0, done.stdout + done.stderr
