"""Makes docs/drills.md from the files of faults/ and from what was measured.

python -m docs.drills                 writes the page
python -m docs.drills drills.json     takes over what `./shop drill all --report drills.json` measured, too
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.operations.drills.fault import FOLDER, Fault, faults
from docs.reports import taken

__all__ = ["MEASURED", "PAGE", "main", "measured", "render"]

PAGE = Path(__file__).with_name("drills.md")
MEASURED = FOLDER / "measured.json"
_HEAD_OF_KILLS = (
    "### Kills and freezes",
    "What became of orders while a process was stopped, frozen or killed. Lost are orders that were accepted and "
    "were not there later, and those that the stores disagree about. Recovered: seconds from the beginning of the "
    "repair until each replica of each service reached all that it uses.",
    "",
    "| drill | requests | wrong answers | orders accepted | lost | charged twice | recovered in |",
    "|---|---|---|---|---|---|---|",
)
_KILLS = ("stop", "freeze", "crash")  # ways that end or hold up a process
_HEAD = """# Drills

<!-- Made from faults/ by `python -m docs.drills`: do not edit. -->

Nobody learns observability from a healthy system. Each drill breaks one thing on purpose, and this page says which
alerts, metrics, log lines and spans it causes.

```bash
./shop up
./shop load calm --run-time 10m                 # in another terminal: customers
./shop drill start route-errors --for 2m        # Ctrl+C, or ./shop drill stop, ends it sooner
```

A drill is mended at its end, at Ctrl+C and at `./shop drill stop`. When its process dies, what it broke is mended
by the next `./shop drill status`, `start` or `stop`, and by `./shop up` and `./shop down`. Dashboards mark the
time of each drill. Drills are for the native run: they stop and freeze processes of this machine. In a cluster
`start` takes only the faults that stop or kill processes, and in containers it takes none. A load beside a
drill names what customers could not use, such as a 500, and its exit code is then 1.

`./shop drill all` breaks one thing after another under the load `calm`. A drill passes when it did what its file
in `faults/` says:

- These alerts fire within their time, and no other fires for at least two minutes.
- Each alert resolves after the repair.
- Each metric, log line and span is there, and the stores agree about every order.

An alert that may fire and looks back over minutes is not waited for: if it still fires when the drill ends, the
table says "later". An alert about a budget that was spent before the drill does not count.
`./shop drill record redis-down` keeps what a drill left as a data set, with the truth beside it:
[incidents.md](incidents.md).

Faults inside of a service are feature flags of OpenFeature
([ADR 9](adr/0009-drills-break-real-parts-and-flags-are-a-file.md)). The only way to switch one on is a file in the
run directory. If a flag is evaluated during a span, the span gets the event `feature_flag.evaluation`.
"""


def measured() -> dict[str, Any]:
    """What was measured: the date, the machine, and the outcome of each drill."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found


def render(all_faults: list[Fault], found: dict[str, Any]) -> str:
    """The page."""
    results = found["drills"]
    lines = [
        _HEAD,
        "## What was measured",
        "Times are seconds: until the alert fired, and from the repair until it resolved.",
        f"Machine: {found['machine']}.",
        "",
        "| drill | what breaks | alert | fired | resolved | requests | wrong answers | mended in |",
        "|---|---|---|---|---|---|---|---|",
        *(row for fault in all_faults for row in _rows(fault, results[fault.name])),
        "",
        "Wrong answers are those that a customer could not use, such as a 503. No drill lost or doubled an order: "
        "after each one `./shop reconcile` found no disagreement.",
        *_kills(all_faults, results),
    ]
    for fault in all_faults:
        lines += ["", *_section(fault)]
    return "\n".join(lines) + "\n"


def _rows(fault: Fault, result: dict[str, Any]) -> Iterator[str]:
    name = f"[{fault.name}](#{fault.name})"
    rest = f"{result['requests']} | {result['errors']} | {result['mended']} |"
    if not result["alerts"]:
        yield f"| {name} | {fault.title} | none | | | {rest}"
    must = {f"{one.alert} {one.service}" for one in fault.must}
    for at, (alert, times) in enumerate(sorted(result["alerts"].items(), key=lambda item: item[1]["fired"])):
        over = "later" if times["over"] is None else times["over"]
        said = " of ".join(alert.split()) + ("" if alert in must else " (may)")
        first, last = (f"{name} | {fault.title}", rest) if at == 0 else (" | ", "| | |")
        yield f"| {first} | {said} | {times['fired']} | {over} | {last}"


def _kills(all_faults: list[Fault], results: dict[str, Any]) -> Iterator[str]:
    """What became of orders, for the drills that were measured since that is counted."""
    rows = [
        _kill(fault, results[fault.name])
        for fault in all_faults
        if fault.way in _KILLS and "recovered" in results[fault.name]
    ]
    if rows:
        yield from ("", *_HEAD_OF_KILLS, *rows)


def _kill(fault: Fault, result: dict[str, Any]) -> str:
    lost = result["forgotten"] + result["disagreements"]
    return (
        f"| [{fault.name}](#{fault.name}) | {result['requests']} | {result['errors']} | {result['accepted']} "
        f"| {lost} | {result['charged_twice']} | {result['recovered']} s |"
    )


def _section(fault: Fault) -> Iterator[str]:
    yield f"## {fault.name}"
    yield f"{fault.title}. {fault.what}"
    yield ""
    yield f"- **Who is hit**: {fault.blast_radius}"
    yield f"- **What the customer sees**: {fault.customer}"
    yield f"- **How it heals**: {fault.heals}"
    for must in fault.must:
        name = f"[{must.alert}](runbooks.md#{must.alert.lower()}) of {must.service}"
        limits = f"within {must.within:.0f} s; resolves within {must.over_within:.0f} s of the repair"
        yield f"- **Alert**: {name} {limits}"
    if not fault.must:
        yield "- **Alert**: none"
    for may in fault.may:
        yield f"- **May fire**: {may.alert}{f' of {may.service}' if may.service else ''}, because {may.why}"
    for panel in fault.panels:
        yield f"- **Panel**: {panel.title}, on {fault.where(panel)}"
    for metric in fault.metrics:
        yield f"- **Metric**: {metric.says}: `{metric.query}`"
    for log in fault.logs:
        contains = f", with `{log.contains}` in it" if log.contains else ""
        yield f"- **Log line**: `{log.event}` of {log.program}{contains}"
    for span in fault.spans:
        marks = [f"`{key}={value}`" for key, value in span.attributes.items()]
        if span.event:
            marks.append(f"an event that names `{span.event}`")
        yield f"- **Span**: {span.says} ({', '.join([span.service, *marks])})"


def main(arguments: list[str]) -> None:
    """Take over a report, when one is given, and write the page."""
    if arguments:
        before = measured()["drills"] if MEASURED.exists() else {}
        names = [fault.name for fault in faults()]
        with taken(arguments[0], "./shop drill all --report") as report:
            together = {name: one for name, one in {**before, **report["drills"]}.items() if name in names}
            found = {**report, "drills": {name: together[name] for name in sorted(together)}}
            page = render(faults(), found)
        MEASURED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    else:
        page = render(faults(), measured())
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
