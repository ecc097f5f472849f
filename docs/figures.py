"""What is proven, by which test: the table in README.md, whose figures are counted in the repository.

python -m docs.figures            writes the table
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docs.telemetry.registry import registry

__all__ = ["README", "main", "table", "with_table"]

_ROOT = Path(__file__).parents[1]
README = _ROOT / "README.md"
_BEGIN = "<!-- The table is made by: python -m docs.figures -->"
_END = "<!-- End of the table. -->"


@dataclass(frozen=True)
class _Claim:
    """A claim with its figure, and the test that proves it."""

    says: str
    figure: Callable[[], str]
    proof: str


def _panels() -> Iterator[dict[str, Any]]:
    for path in sorted((_ROOT / "grafana" / "generated").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            yield from panel.get("panels") or [panel]


def _dashboards() -> str:
    panels = [panel for panel in _panels() if panel.get("targets")]
    queries = sum(len(panel["targets"]) for panel in panels)
    boards = len(list((_ROOT / "grafana" / "generated").glob("*.json")))
    return f"{boards} dashboards, {len(panels)} panels, {queries} queries"


def _alerts() -> str:
    files = (_ROOT / "prometheus" / "rules").glob("*.yml")
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return f"{sum('alert' in rule for group in groups for rule in group['rules'])} alerts"


def _journeys() -> str:
    journeys = tomllib.loads((_ROOT / "tests" / "contract" / "traces.toml").read_text())
    edges = sum(len(callees) for journey in journeys.values() for callees in journey.get("edges", {}).values())
    return f"{len(journeys)} journeys, {edges} edges"


def _events() -> str:
    schemas = [path for path in (_ROOT / "docs" / "events").glob("*.json") if path.stem != "envelope"]
    return f"{len(schemas)} types of events"


def _telemetry() -> str:
    groups = registry().groups
    named = {(group.type, group.name or group.id) for group in groups if group.type != "attribute_group"}
    attributes = {name for group in groups for name in group.attributes}
    return f"{len(named) + len(attributes)} names"


def _access() -> str:
    rules = tomllib.loads((_ROOT / "tests" / "services" / "access.toml").read_text())
    routes = [route for of_service in rules.values() for route in of_service.values()]
    callers = {caller for route in routes for caller, answer in route.items() if isinstance(answer, int)}
    return f"{len(routes)} routes, {len(callers)} kinds of callers"


def _problems() -> str:
    kinds = tomllib.loads((_ROOT / "services" / "shared" / "problems.toml").read_text())
    return f"{len(kinds)} kinds of problems"


_CLAIMS = (
    _Claim(
        "A checkout is one trace, with exactly the calls that are written down",
        _journeys,
        "tests/e2e/test_trace.py",
    ),
    _Claim("Every query of every dashboard has data after a load", _dashboards, "tests/e2e/test_panels.py"),
    _Claim(
        "Every alert fires at its time, stays silent below its threshold, and resolves",
        _alerts,
        "tests/prometheus/test_rules.py",
    ),
    _Claim(
        "Every event has one model, checked when it is sent and when it is received",
        _events,
        "tests/contract/test_events.py",
    ),
    _Claim(
        "Every route answers each kind of caller, and each forged token, as a table says",
        _access,
        "tests/services/test_access.py",
    ),
    _Claim(
        "Every error is a problem document whose type is a page that explains it",
        _problems,
        "tests/gateway/test_problems.py",
    ),
    _Claim(
        "Every name in traces, metrics and logs of a run is in a registry that extends OpenTelemetry's",
        _telemetry,
        "tests/e2e/test_names.py",
    ),
)


def table() -> str:
    """The table in Markdown."""
    rows = (f"| {claim.says} | {claim.figure()} | [{claim.proof}]({claim.proof}) |" for claim in _CLAIMS)
    return "\n".join(("| claim | how much | proven by |", "|---|---|---|", *rows))


def with_table(text: str) -> str:
    """The README with the table of today."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


def main() -> None:
    """Write it."""
    README.write_text(with_table(README.read_text()))


if __name__ == "__main__":
    main()
