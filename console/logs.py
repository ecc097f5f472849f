"""Answers questions about log lines: `/api/logs?q=&service=&level=&from=&to=&count=`, as JSON."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.answers import Answer, ConcurrencyLimit, answers_refusals, as_json, parameters
from console.log_files import Budget, newest_first, services
from console.log_question import Question
from deploy.installation.log_records import LEVELS, Record, without_number
from grafana.colours import MEANINGS, PALETTE, of_service

_BARS = 60  # of the histogram, at most
_TINTS = {
    "critical": MEANINGS["failure"],
    "error": MEANINGS["failure"],
    "warning": MEANINGS["throttled"],
    "info": PALETTE[6],
}
_LONGEST_LINE = 16_384  # characters of a line that are sent
_two = ConcurrencyLimit(2, "other searches of logs are under way")


@answers_refusals
def answer(folder: Path, query: str) -> Answer:
    """400 for a question that cannot be read, 503 while others search."""
    return as_json(search(folder, Question.read(parameters(query), time.time())))


def search(folder: Path, question: Question, budget: Budget | None = None) -> dict[str, Any]:
    """The newest lines, and how many there are over time by level.

    `reached` says back to when everything was read: later than `from` where the budget ended the search.
    Raises `RefusedError` while others search.
    """
    with _two.place():
        return _search(folder, question, budget or Budget())


def _search(folder: Path, question: Question, budget: Budget) -> dict[str, Any]:
    step = _step(question.end - question.begin)
    lines: list[dict[str, Any]] = []
    levels: dict[str, Counter[int]] = {}
    reached = question.begin
    total = 0
    for when, record in newest_first(folder, question, budget):
        if record:
            total += 1
            levels.setdefault(record.level, Counter())[math.floor(when / step) * step] += 1
            if len(lines) < question.count:
                lines.append(_shown(record))
        if budget.spent:
            reached = max(question.begin, min(when, question.end))
            break
    return {
        "lines": lines,
        "total": total,
        "step": step,
        "bars": _piled(levels),
        "from": question.begin,
        "to": question.end,
        "reached": reached,
        "services": services(folder),
    }


def _piled(levels: Mapping[str, Mapping[int, int]]) -> list[dict[str, Any]]:
    """The bars of a histogram: for each time and level, how many lines, from which number up; the worst first."""
    below: Counter[int] = Counter()
    bars = []
    for level in sorted(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else -1, reverse=True):
        for begin, number in sorted(levels[level].items()):
            bars.append(
                {"time": begin, "level": level, "from": below[begin], "lines": number, "tint": _tint(level)}
            )
            below[begin] += number
    return bars


def _tint(level: str) -> str:
    return _TINTS.get(level, MEANINGS["quiet"])


def _step(seconds: float) -> int:
    """A round number of seconds, so that the bars of the next question are the same."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
    return next((step for step in steps if seconds / step <= _BARS), 7 * 86400)


def _shown(record: Record) -> dict[str, Any]:
    fits = record.entry and len(record.line) <= _LONGEST_LINE
    fields: Mapping[str, Any] = record.entry if fits else {"event": record.line[:_LONGEST_LINE]}
    service = record.entry.get("service") or without_number(record.program)
    return {
        "time": record.when.timestamp(),
        "program": record.program,
        "service": str(service),
        "level": record.level,
        "colour": of_service(str(service)),
        "tint": _tint(record.level),
        "fields": fields,
    }
