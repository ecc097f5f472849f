"""What telemetry costs, in processor time:

    .venv/bin/python -m loadtests.tax [--rounds 5] [--seconds 2] [--kinds bare,ours]

prints a table and writes it, with every single run, to `.run/load/tax.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from loadtests.tax.client import Request
from loadtests.tax.measure import Measured, Turn, measure
from loadtests.tax.report import table
from loadtests.tax.subjects import KINDS

_ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 when every answer was right."""
    parser = argparse.ArgumentParser(prog="loadtests.tax", description="What telemetry costs, in processor time.")
    parser.add_argument("--rounds", type=int, default=5, help="short runs of each app, taken in turns")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each short run")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--kinds", default=",".join(KINDS), help="bare is what the others are compared with")
    parser.add_argument("--json", type=Path, default=_ROOT / ".run/load/tax.json")
    chosen = parser.parse_args(arguments)
    logs = chosen.json.parent / "tax"
    logs.mkdir(parents=True, exist_ok=True)
    turns: dict[str, list[Turn]] = {}
    kinds = {kind: ["loadtests.tax.serve", kind] for kind in chosen.kinds.split(",")}
    options = {"rounds": chosen.rounds, "seconds": chosen.seconds, "connections": chosen.connections}
    for kind, turn in measure(kinds, Request("GET", "/ping"), logs=logs, **options):
        turns.setdefault(kind, []).append(turn)
        print(f"{kind}: {turn.processor * 1e6:.0f} us, p99 {turn.p99 * 1e3:.1f} ms", file=sys.stderr)
    measured = [Measured(kind, tuple(found)) for kind, found in turns.items()]
    print(table(measured))
    chosen.json.write_text(json.dumps({"ping": [one.as_json() for one in measured]}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
