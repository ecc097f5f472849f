"""python -m deploy.cli.incidents compare A B: whether two data sets are equal; else the exit code is 1.

python -m deploy.cli.incidents score FOLDER [--write FILE]: how well the baseline finds the causes in all of them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.cli.incidents import dataset
from deploy.cli.incidents.compare import COMMON, compare
from deploy.cli.incidents.score import Score, score


def main(arguments: list[str]) -> int:
    """Run one of the two; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.cli.incidents")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("compare").add_argument("folders", nargs=2, type=Path)
    scoring = actions.add_parser("score")
    scoring.add_argument("folder", type=Path)
    scoring.add_argument("--write", type=Path, metavar="FILE", help="write the scores into this JSON file")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    if options.action == "compare":
        for folder in options.folders:
            if folder not in dataset.find(folder):
                parser.error(f"{folder} is no data set")
        return _compare(console, *options.folders)
    scores = score(options.folder)
    if not scores:
        console.print(f"There is no data set in {options.folder}.", markup=False)
        return 1
    _show(console, scores)
    if options.write:
        dataset.write_json(options.write, [asdict(one) for one in scores])
    return 0


def _compare(console: Console, one: Path, other: Path) -> int:
    found = compare(one, other)
    for line in found.differences:
        console.print(f"[bold red]✗[/] {line}")
    what = f"{found.roots} roots of traces with {found.paths} paths below them, each in {COMMON} traces or more"
    console.print(f"{'They differ' if found.differences else '[green]✓[/] They are equal'}: {what}.")
    return 1 if found.differences else 0


def _show(console: Console, scores: list[Score]) -> None:
    table = Table("fault", "seed", "rank", "reason", "MB", "suspects", box=None, padding=(0, 2, 0, 0))
    for one in scores:
        right = "right" if one.reason_is_right else "wrong"
        table.add_row(one.fault, str(one.seed), str(one.rank), right, str(one.megabytes), "; ".join(one.found))
    console.print(table)
    first, third = (sum(0 < one.rank <= most for one in scores) for most in (1, 3))
    reasons = sum(one.reason_is_right for one in scores)
    counted = "1 data set" if len(scores) == 1 else f"{len(scores)} data sets"
    console.print(
        f"{counted}: the part is first in {first}, among the first three in {third}; "
        f"the reason is right in {reasons}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
