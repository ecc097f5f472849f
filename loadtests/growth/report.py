"""The part of loadtests/RESULTS.md that tells of growth, and its pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loadtests.growth.plot import chart
from loadtests.results_page import BEGIN, END, page_with

__all__ = ["SUBJECTS", "Found", "Subject", "write"]

_TEXT = Path(__file__).with_name("text.md")
Found = Mapping[str, Mapping[int, Mapping[str, float]]]
"""By subject and size: each number by its name."""


@dataclass(frozen=True)
class Subject:
    """Something that grows. across, up: the axes of its picture. shown: the numbers in the picture."""

    title: str
    across: str
    up: str
    shown: tuple[str, ...] = ()


SUBJECTS = {
    "catalogue": Subject("Reads of the catalogue, without its cache", "products", "ms"),
    "orders": Subject("Reads of the orders of one user", "orders of the user", "ms"),
    "backlog": Subject("Events that wait in the outbox", "events waiting", "events/s"),
    "connections": Subject("Cached reads from one replica", "connections", "ms", ("p50 ms", "p99 ms")),
    "replicas": Subject("Cached reads from several replicas", "replicas", "req/s", ("requests a second",)),
}


def write(found: Found, results: Path) -> None:
    """Put tables and pictures into the page of results; the pictures are files beside it."""
    for name, sizes in found.items():
        subject = SUBJECTS[name]
        shown = subject.shown or tuple(next(iter(sizes.values())))
        lines = {
            line: [(size, numbers[line]) for size, numbers in sizes.items() if math.isfinite(numbers[line])]
            for line in shown
        }
        picture = chart(subject.title, subject.across, subject.up, lines)
        (results.parent / f"growth-{name}.svg").write_text(picture, encoding="utf-8")
    results.write_text(page_with(results.read_text(encoding="utf-8"), _section(found)), encoding="utf-8")


def _section(found: Found) -> str:
    parts = [BEGIN, "## Growth", "", _TEXT.read_text(encoding="utf-8").strip()]
    for name, sizes in found.items():
        subject = SUBJECTS[name]
        columns = tuple(next(iter(sizes.values())))
        unit = "" if name in ("backlog", "connections", "replicas") else ", ms"
        parts += ["", f"### {subject.title}{unit}", "", f"![{subject.title}](growth-{name}.svg)", ""]
        parts.append(f"| {subject.across} | {' | '.join(columns)} |")
        parts.append(f"| ---: |{' ---: |' * len(columns)}")
        for size, numbers in sizes.items():
            parts.append(f"| {size:,} | {' | '.join(_short(numbers[column]) for column in columns)} |")
    return "\n".join([*parts, "", END])


def _short(number: float) -> str:
    if math.isinf(number):
        return "503 after 3,000"
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"
