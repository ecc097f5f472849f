"""Reads log files backwards, all of them in step, so that the newest lines come first and little is in memory."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from console.log_question import Question
from deploy.installation.log_names import LogFile, log_files
from deploy.installation.log_records import EARLIEST, Record, is_dated, records, without_number

_FIRST = 16_384  # bytes that are read to see when a file begins
_BLOCK = 131_072  # bytes that are read at once
_LONGEST = 1_048_576  # bytes of a line, with the undated lines after it; what is longer is left out
_DISORDER = 5.0  # seconds that a line may lie among earlier or later ones

Found = tuple[float, Record | None]  # without a record: back to this time a file has been read


@dataclass
class Budget:
    """How much one search may read, and how long it may take."""

    bytes: int = 512 * 1024 * 1024
    seconds: float = 2.0
    _began: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> bool:
        return self.bytes <= 0 or time.monotonic() - self._began > self.seconds


def services(folder: Path) -> list[str]:
    """Whose lines there are: the programs, without the numbers of their replicas."""
    return sorted({without_number(file.program) for file in log_files(folder)})


def newest_first(folder: Path, question: Question, budget: Budget) -> Iterator[Found]:
    """The wanted lines of all files, and between them how far back a file has been read.

    Of each program one file is open at a time: what was rotated away is read after what is newer.
    """
    rotations: dict[str, list[LogFile]] = {}
    for file in reversed(log_files(folder, since=question.begin)):
        if question.may_be_of(file.program):
            rotations.setdefault(file.base, []).append(file)
    chains = [_one_by_one(files, question, budget) for files in rotations.values()]
    return heapq.merge(*chains, key=lambda found: found[0], reverse=True)


def _one_by_one(files: Iterable[LogFile], question: Question, budget: Budget) -> Iterator[Found]:
    for file in files:
        yield from _descending(file.program, file.path, question, budget)


def _descending(program: str, path: Path, question: Question, budget: Budget) -> Iterator[Found]:
    with suppress(OSError), path.open("rb") as file:
        if _begins_after(file, question.end + _DISORDER):
            return
        size = file.seek(0, 2)
        for block in _blocks(file, _end(file, size, question.end + _DISORDER), budget):
            oldest = _time(block) or question.begin
            for record in reversed(_wanted(program, block, question)):
                yield record.when.timestamp(), record
            yield oldest, None
            if oldest < question.begin - _DISORDER:
                return


def _begins_after(file: IO[bytes], moment: float) -> bool:
    """Whether the first line that has a time is of after that moment: then none of the file is wanted."""
    when = _time(file.read(_FIRST).split(b"\n"))
    return when is not None and when > moment


def _wanted(program: str, block: list[bytes], question: Question) -> list[Record]:
    """The wanted lines of a block. A line without a time has that of the one before it."""
    needles = question.needles
    found: list[Record] = []
    before = EARLIEST
    for line in block:
        low = line.lower()
        holds = all(needle in low for needle in needles)
        if not holds and line.startswith(b"{"):
            continue
        for record in records(program, [line.decode(errors="replace")], before):
            before = record.when
            if not holds or before == EARLIEST:
                continue
            if question.begin <= before.timestamp() <= question.end and question.wants(record):
                found.append(record)
    return sorted(found, key=lambda record: record.when)


def _blocks(file: IO[bytes], position: int, budget: Budget) -> Iterator[list[bytes]]:
    """Lines, block by block from `position` to the beginning; each block begins with a line that has a time."""
    rest: bytes | None = None
    while position > 0:
        size = min(_BLOCK, position)
        position -= size
        file.seek(position)
        budget.bytes -= size
        text = file.read(size)
        # At first the rest is a line that is still being written, or one that is too late.
        text = text[: text.rfind(b"\n") + 1] if rest is None else text + rest
        lines = text.split(b"\n")
        first = (
            0 if position == 0 else next((n for n, line in enumerate(lines) if n and is_dated(line)), len(lines))
        )
        rest = b"\n".join(lines[:first])
        if first and first < len(lines):
            rest += b"\n"
        if len(rest) > _LONGEST:
            rest = b""
        if block := [line for line in lines[first:] if line]:
            yield block


def _end(file: IO[bytes], size: int, moment: float) -> int:
    """Up to where a file holds lines of before `moment`: what follows need not be read."""
    low, high = 0, size
    while high - low > 2 * _BLOCK:
        middle = (low + high) // 2
        file.seek(middle)
        when = _time(file.read(_BLOCK).split(b"\n")[1:])
        if when is not None and when > moment:
            high = middle
        else:
            low = middle
    return size if high == size else min(size, high + _BLOCK)


def _time(lines: list[bytes]) -> float | None:
    """When the first line was written that says so."""
    for line in lines:
        if is_dated(line):
            for record in records("", [line.decode(errors="replace")]):
                if record.when != EARLIEST:
                    return record.when.timestamp()
    return None
