"""What is in log files: their newest lines, all lines, and what is written from now on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from deploy.installation.log_names import LogFile
from deploy.installation.log_records import EARLIEST, Record, records

__all__ = ["Follower", "everything", "newest"]

_BLOCK = 65_536  # bytes that are read at once, from the end of a file


def newest(files: Sequence[LogFile], wanted: Callable[[Record], bool], count: int) -> Iterator[Record]:
    """The last `count` wanted records of each file that is not a rotated one, read from its end."""
    for file in files:
        if not file.age:
            yield from _newest(file, wanted, count)


def everything(files: Sequence[LogFile], wanted: Callable[[str], bool] = bool) -> Iterator[Record]:
    """The lines of every file that are wanted by their text. One without a time has that of the line before it."""
    for file in files:
        with (
            suppress(FileNotFoundError),
            file.path.open(encoding="utf-8", errors="replace", newline="\n") as lines,
        ):
            yield from records(file.program, (line.rstrip("\n") for line in lines if wanted(line)))


@dataclass
class _Place:
    """Up to where a file was read, and when its last line was written."""

    position: int = 0
    last: datetime = EARLIEST


class Follower:
    """Gives what is written to files from now on. It knows a file again when it was renamed."""

    def __init__(self, files: Sequence[LogFile]) -> None:
        self._places: dict[tuple[int, int], _Place] = {}
        for file in files:
            with suppress(FileNotFoundError):  # it was renamed this moment
                status = file.path.stat()
                self._places[_identity(status)] = _Place(status.st_size)

    def read(self, files: Sequence[LogFile]) -> list[Record]:
        """The records that are new since the last time, in order of time."""
        found: list[Record] = []
        for file in files:
            with suppress(FileNotFoundError), file.path.open("rb") as opened:
                status = os.fstat(opened.fileno())
                place = self._places.setdefault(_identity(status), _Place())
                for record in records(file.program, _new_lines(opened, place, status.st_size), place.last):
                    place.last = record.when
                    found.append(record)
        return sorted(found, key=lambda record: record.when)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _new_lines(file: IO[bytes], place: _Place, size: int) -> list[str]:
    start = file.seek(place.position if size >= place.position else 0)  # shorter than before: it began anew
    text = file.read()
    end = text.rfind(b"\n") + 1  # an unfinished line waits for its rest
    place.position = start + end
    return _lines(text[:end])


def wait() -> None:
    """Some time, before files are read again."""
    time.sleep(0.3)


def _newest(file: LogFile, wanted: Callable[[Record], bool], count: int) -> list[Record]:
    lines = count
    while True:
        read = _last_lines(file.path, lines)
        found = list(filter(wanted, records(file.program, read)))
        if len(found) >= count or len(read) < lines:
            return found[-count:]
        lines *= 8


def _last_lines(path: Path, count: int) -> list[str]:
    """The last complete lines, without reading more of the file than they need."""
    text = b""
    with suppress(FileNotFoundError), path.open("rb") as file:
        position = file.seek(0, 2)
        while position and text.count(b"\n") <= count:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            text = file.read(step) + text
    end = text.rfind(b"\n") + 1
    return _lines(text[:end])[-count:]


def _lines(text: bytes) -> list[str]:
    """What stands between line ends, and nothing else that Unicode takes for one: a field may hold it."""
    return text.decode(errors="replace").split("\n")[:-1]
