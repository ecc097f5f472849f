"""Makes docs/results.md from the scenarios of loadtests/ and from what was measured.

python -m docs.results                          writes the page
python -m docs.results .run/load/results.json   takes over what the last `./shop load` measured, too
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docs.reports import taken
from loadtests.scenario import FOLDER, Scenario, names, read

__all__ = ["MEASURED", "PAGE", "main", "measured", "render", "summary"]

PAGE = Path(__file__).with_name("results.md")
MEASURED = FOLDER.parent / "measured.json"
_HEAD = """# Results of the loads

<!-- Made from loadtests/scenarios/ and loadtests/measured.json by `python -m docs.results`: do not edit. -->

Each scenario of `./shop load` says what it must reach. It passes only when all of that was reached, every answer
was right, and the stores agree about every order afterwards. This page says what was found; your machine finds
other times:

```bash
./shop up
./shop load checkout --report                    # a page with plots and the slowest traces
python -m docs.results .run/load/results.json    # takes the result over into this page
```

Shop, stores, telemetry and the load itself share the processors of one machine. A load average far above their
number says that others used the machine, too: then times are long, and a ramp ends early.
[The README of loadtests](../loadtests/README.md) says how people arrive and what they do.
"""


def measured() -> dict[str, Any]:
    """The result of each scenario by its name."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found


def summary(results: Mapping[str, Any]) -> dict[str, Any]:
    """What of results.json the page needs. Raises ValueError for a run that did not pass, or was not judged."""
    judged = [one["objective"] for one in results["verdicts"]]
    if results["failures"] or not any(one.startswith("the stores agree") for one in judged):
        raise ValueError(
            f"This run of {results['scenario']} did not pass, or was ended before the stores were asked."
        )
    calls = {name: one for name, one in results["requests"].items() if not name.startswith(("WAIT ", "JOURNEY "))}
    journeys = {
        name.removeprefix("JOURNEY "): {key: one[key] for key in ("requests", "p50", "p95")}
        for name, one in results["requests"].items()
        if name.startswith("JOURNEY ")
    }
    return {
        "date": f"{datetime.fromtimestamp(results['began'], UTC):%Y-%m-%d}",
        "machine": results["machine"],
        "seconds": round(results["ended"] - results["began"]),
        "arrivals": int(results["requests"].get("WAIT late", {"requests": 0})["requests"]),  # a ramp may end early
        "requests": sum(int(one["requests"]) for one in calls.values()),
        "journeys": dict(sorted(journeys.items())),
        "verdicts": [{key: one[key] for key in ("objective", "found")} for one in results["verdicts"]],
        "steps": results["steps"],
        "saturation": results.get("saturation", []),
    }


def render(scenarios: list[Scenario], found: Mapping[str, Any]) -> str:
    """The page."""
    scenarios = [one for one in scenarios if one.name in found]
    lines = [
        _HEAD,
        "| scenario | people who came | seconds | requests | objectives reached | machine | measured |",
        "|---|---|---|---|---|---|---|",
        *(_row(scenario, found[scenario.name]) for scenario in scenarios),
    ]
    for scenario in scenarios:
        lines += ["", *_section(scenario, found[scenario.name])]
    return "\n".join(lines) + "\n"


def _row(scenario: Scenario, one: Mapping[str, Any]) -> str:
    people = one["arrivals"] if scenario.is_open else f"{scenario.peak.users} at once"
    rest = f"{len(one['verdicts'])} | {one['machine']} | {one['date']} |"
    return f"| [{scenario.name}](#{scenario.name}) | {people} | {one['seconds']} | {one['requests']} | {rest}"


def _section(scenario: Scenario, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {scenario.name}"
    yield f"{scenario.about}."
    yield ""
    yield "| wanted | found |"
    yield "|---|---|"
    for verdict in one["verdicts"]:
        yield f"| {_cell(verdict['objective'])} | {_cell(verdict['found'])} |"
    yield ""
    yield "| journey | number | p50 ms | p95 ms |"
    yield "|---|---|---|---|"
    for name, journey in one["journeys"].items():
        yield f"| {_cell(name)} | {journey['requests']} | {journey['p50']:.0f} | {journey['p95']:.0f} |"
    if one["steps"]:
        yield ""
        yield from _ramp(one)


def _ramp(one: Mapping[str, Any]) -> Iterator[str]:
    yield "| arrivals a second | requests | p95 ms of the slowest call | holds |"
    yield "|---|---|---|---|"
    for step in one["steps"]:
        broken = _cell("; ".join(step["broken"])) or "yes"
        yield f"| {step['rate']:g} | {step['requests']} | {step['p95']:.0f} | {broken} |"
    yield ""
    yield "What was full, the first first:"
    yield ""
    yield "| what | highest share | full at arrivals a second |"
    yield "|---|---|---|"
    for full in one["saturation"]:
        rate = "never" if full["rate"] is None else f"{full['rate']:g}"
        yield f"| {_cell(full['what'])} | {full['share']:.0%} | {rate} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: list[str]) -> None:
    """Take over results, when some are given, and write the page. A run that failed ends it with a sentence."""
    if arguments:
        found = measured() if MEASURED.exists() else {}
        for argument in arguments:
            with taken(argument, "./shop load") as results:
                found[results["scenario"]] = summary(results)
                render([read(name) for name in names()], found)
        found = {name: found[name] for name in names() if name in found}
        MEASURED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(render([read(name) for name in names()], measured()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
