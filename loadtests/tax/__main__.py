"""What telemetry costs, in processor time:

    .venv/bin/python -m loadtests.tax [--rounds 5] [--seconds 2] [--endpoints ping] [--kinds bare,ours]

prints tables and writes them, with every single run, to `.run/load/tax.json`. For the endpoints `read` and `order`
it starts a platform of its own and removes it again. `--results loadtests/RESULTS.md` writes the page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from deploy.installation.numbers import decimal, positive
from loadtests.arguments import names
from loadtests.results_page import page_with, section_of
from loadtests.tax.estate import Estate, estate
from loadtests.tax.measure import Measured, Turn, measure
from loadtests.tax.report import page, table
from loadtests.tax.subjects import KINDS, REQUESTS, SERVICES

_ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 when every answer was right."""
    parser = argparse.ArgumentParser(prog="loadtests.tax", description="What telemetry costs, in processor time.")
    parser.add_argument("--rounds", type=positive, default=5, help="short runs of each app, taken in turns")
    parser.add_argument("--seconds", type=decimal, default=2.0, help="of each short run")
    parser.add_argument("--connections", type=positive, default=16)
    parser.add_argument(
        "--kinds", type=names(KINDS), default=",".join(KINDS), help="the others are compared with the first"
    )
    parser.add_argument("--endpoints", type=names(REQUESTS), default=",".join(REQUESTS))
    parser.add_argument("--json", type=Path, default=_ROOT / ".run/load/tax.json")
    parser.add_argument("--results", type=Path, help="also write the page of results here")
    chosen = parser.parse_args(arguments)
    logs = chosen.json.parent / "tax"
    logs.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[Measured]] = {}
    with ExitStack() as stack:
        place = None
        for endpoint in chosen.endpoints:
            if endpoint in SERVICES and place is None:  # not earlier: it is at work, too
                place = stack.enter_context(estate())
            turns: dict[str, list[Turn]] = {}
            for kind, turn in _turns(endpoint, chosen, logs, place):
                turns.setdefault(kind, []).append(turn)
                figures = f"{turn.processor * 1e6:.0f} us, p99 {turn.p99 * 1e3:.1f} ms"
                print(f"{endpoint}, {kind}: {figures}", file=sys.stderr)
            found[endpoint] = [Measured(kind, tuple(of)) for kind, of in turns.items()]
            print(f"{endpoint}\n\n{table(found[endpoint])}\n")
    results = {endpoint: [one.as_json() for one in measured] for endpoint, measured in found.items()}
    chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if chosen.results:
        growth = section_of(chosen.results.read_text(encoding="utf-8")) if chosen.results.exists() else ""
        chosen.results.write_text(page_with(page(found, chosen.connections), growth), encoding="utf-8")
    return 0


def _turns(
    endpoint: str, chosen: argparse.Namespace, logs: Path, place: Estate | None
) -> Iterator[tuple[str, Turn]]:
    kinds = {kind: ("loadtests.tax.serve", kind, endpoint) for kind in chosen.kinds}
    request, environment = REQUESTS[endpoint], {}
    if place is not None and endpoint in SERVICES:
        environment = place.environment(SERVICES[endpoint])
        token = place.token()
        headers = tuple((name, value.replace("{token}", token)) for name, value in request.headers)
        request = replace(request, headers=headers)
    return measure(
        kinds,
        request,
        rounds=chosen.rounds,
        seconds=chosen.seconds,
        connections=chosen.connections,
        logs=logs,
        environment=environment,
    )


if __name__ == "__main__":
    sys.exit(main())
