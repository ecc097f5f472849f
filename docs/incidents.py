"""Makes docs/incidents.md: what is in an incident data set, and how well the baseline finds the causes.

python -m docs.incidents                writes the page
python -m docs.incidents scores.json    takes over what `python -m deploy.cli.incidents score` wrote, too
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.cli.incidents.compare import COMMON
from deploy.cli.incidents.dataset import COLUMNS, MOST_BYTES
from deploy.cli.incidents.record import LOAD
from deploy.operations.drills.fault import FOLDER, REASONS, one
from docs.reports import taken

__all__ = ["PAGE", "SCORED", "main", "render", "scored"]

PAGE = Path(__file__).with_name("incidents.md")
SCORED = FOLDER / "scored.json"
_HEAD = """# Incident data sets

<!-- Made from deploy/cli/incidents/ and faults/scored.json by `python -m docs.incidents`: do not edit. -->

A data set has the metrics, logs and traces of a minute before a fault, of the fault, and of a minute after its
repair, with the truth beside them. It is for people and programs that look for causes.

```bash
./shop up
./shop drill record redis-down --seed 1         # writes .run/incidents/redis-down-1
./shop drill record redis-down --seed 1 --output again
python -m deploy.cli.incidents compare .run/incidents/redis-down-1 again
python -m deploy.cli.incidents score .run/incidents
```

`./shop drill list` shows the faults, and [drills.md](drills.md) says what each one does. Data sets are not in the
repository: whoever needs one records it, which takes about four minutes. A recording begins when no alert fires
any more: after a load or another drill, that may take some minutes more.

## What is in the folder
The layout is that of a system of [OpenRCA](https://github.com/microsoft/OpenRCA), and the columns are those of its
system Market. Times are seconds since 1970, in traces milliseconds. Durations of spans are microseconds. Dates are
UTC, and not UTC+8 as in OpenRCA.

| file | columns |
|---|---|
"""
_FILES = """| `record.csv` | `level`, `component`, `timestamp`, `datetime`, `reason`: the truth in one row |
| `query.csv` | `task_index`, `instruction`, `scoring_points`: the question, as OpenRCA scores answers |

- `cmdb_id` is a replica, a store or the gateway. In `metric_mesh.csv` it is `<replica>.source.<service>.<callee>`.
- `type` is the kind of the span, and `status_code` is 2 for an error, else 0.
- `value` of a log is the line as the program wrote it, at most 2,000 characters. `log_proxy.csv` has those of the
  gateway and of the pages.
- Metrics have a value every 5 seconds. [series.toml](../deploy/cli/incidents/series.toml) says which they are.
- `rr` is the share of requests that got an answer at all, `sr` the share without a server error, and `mrt` the
  mean in milliseconds, as the gateway saw them.

Beside them are:
- `ground_truth.yaml`: fault, alerts that must fire, groups, aliases, propagations and recommended actions, in the
  schema `itbench.io/v1` of [ITBench](https://github.com/itbench-hub/ITBench-Scenarios).
- `topology.json`: the parts and who needs whom, from the table of services and the trace contract.
- `alerts.json`: the alerts that fired, with their labels and times.
- `incident.json`: the labels, the times of the phases, and what was thinned.

Whoever looks for the cause gets `telemetry/`, `topology.json`, `alerts.json` and the `instruction`. The other
files have the answer. One log event is left out, because it names the fault: `flags.changed`.
"""
_REST = """
## Size
A data set has less than {most} MB. A table that is too large is thinned: of its moments, traces or log lines those
are kept whose CRC-32 can be divided by 2, 4, 8 and so on, until it fits. Log lines from warnings up are kept
always, and so is the first trace of each shape. `incident.json` says how much was kept: 1 is everything.

## The same again
The load is `./shop load {load}` with the seed: arrival times are fixed before the run, and what each customer
chooses follows from the seed. Every customer registers anew. Two recordings with one seed have the same labels and
the same set of trace shapes. A shape is a root span with the tree of everything below it: service, name and kind.
What depends on the moment is rare, such as a retry. So `compare` asks that what {common} traces of one recording
have is also in the other one.

## Reasons
`reason` is one of: {reasons}.

## The baseline
[baseline.py](../deploy/cli/incidents/baseline.py) finds causes by the rules of
[baseline.toml](../deploy/cli/incidents/baseline.toml): which series left what was normal in the first 50 seconds,
what programs warn of, and which part that has changed needs another one that has changed. It reads metrics, logs
and the topology, and no alerts. Its rules were written by somebody who knew the faults. So its score says that the
telemetry holds the evidence, and not how well the rules would do with faults that nobody knows.

Measured on {date}, with {machine}: of {number} data sets the part was first in {first}, among the first three in
{third}, and the reason was right in {right}.

| fault | seed | part and reason | rank | reason | MB | suspects |
|---|---|---|---|---|---|---|
"""


def scored() -> dict[str, Any]:
    """What was measured: the date, the machine, and the score of each data set."""
    found: dict[str, Any] = json.loads(SCORED.read_text(encoding="utf-8"))
    return found


def render(found: dict[str, Any]) -> str:
    """The page."""
    tables = [
        f"| `telemetry/<YYYY_MM_DD>/{name}` | {', '.join(f'`{column}`' for column in columns)} |"
        for name, columns in COLUMNS.items()
    ]
    scores = found["scores"]
    rest = _REST.format(
        most=MOST_BYTES // 1_000_000,
        load=" ".join(LOAD),
        common=COMMON,
        reasons=", ".join(REASONS),
        date=found["date"],
        machine=found["machine"],
        number=len(scores),
        first=sum(score["rank"] == 1 for score in scores),
        third=sum(0 < score["rank"] <= 3 for score in scores),
        right=sum(score["reason_is_right"] for score in scores),
    )
    return _HEAD + "\n".join(tables) + "\n" + _FILES + rest + "\n".join(map(_row, scores)) + "\n"


def _row(score: dict[str, Any]) -> str:
    fault = one(score["fault"])
    name = f"[{fault.name}](drills.md#{fault.name})"
    reason = "right" if score["reason_is_right"] else "wrong"
    return (
        f"| {name} | {score['seed']} | {fault.part}: {fault.reason} | {score['rank'] or 'not found'} | {reason} "
        f"| {score['megabytes']} | {'; '.join(score['found'])} |"
    )


def main(arguments: list[str]) -> None:
    """Take over scores, when some are given, and write the page."""
    if arguments:
        with taken(arguments[0], "python -m deploy.cli.incidents score") as scores:
            found = {
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                "machine": f"{os.cpu_count()} processors",
                "scores": scores,
            }
            page = render(found)
        SCORED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    else:
        page = render(scored())
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
