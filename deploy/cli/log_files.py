"""The log files of an installation: their newest lines, all lines, and what is written from now on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deploy.installation.log_records import EARLIEST, Record, records

__all__ = ["Follower", "everything", "files", "newest", "program_of"]

_BLOCK = 65_536  # bytes that are read at once, from the end of a file
_FILE = re.compile(r"(?P<program>.+?)(?P<err>\.err)?\.log(?:\.(?P<number>\d+))?")


def program_of(path: Path) -> str:
    """The program that writes the file."""
    match = _FILE.fullmatch(path.name)
    return match["program"] if match else path.name


def files(folder: Path) -> list[Path]:
    """All log files, rotated ones too: of each program the oldest first."""
    found = [(path, match) for path in folder.glob("*.log*") if (match := _FILE.fullmatch(path.name))]
    found.sort(key=lambda item: (item[1]["program"], item[1]["err"] or "", -int(item[1]["number"] or 0)))
    return [path for path, _ in found]


def newest(paths: Sequence[Path], wanted: Callable[[Record], bool], count: int) -> Iterator[Record]:
    """The last `count` wanted records of each file that is not a rotated one, read from its end."""
    for path in paths:
        if path.suffix == ".log":
            yield from _newest(path, wanted, count)


def everything(paths: Sequence[Path], wanted: Callable[[str], bool] = bool) -> Iterator[Record]:
    """The lines of every file that are wanted by their text. One without a time has that of the line before it."""
    for path in paths:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            yield from records(program_of(path), (line.rstrip("\n") for line in lines if wanted(line)))


class Follower:
    """Gives what is written to files from now on."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._positions = {path: path.stat().st_size for path in paths}
        self._last = dict.fromkeys(paths, EARLIEST)

    def read(self, paths: Sequence[Path]) -> list[Record]:
        """The records that are new since the last time, in order of time."""
        found: list[Record] = []
        for path in paths:
            for record in records(program_of(path), self._new_lines(path), self._last.get(path, EARLIEST)):
                self._last[path] = record.when
                found.append(record)
        return sorted(found, key=lambda record: record.when)

    def _new_lines(self, path: Path) -> list[str]:
        position = self._positions.get(path, 0)
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                file.seek(position if size >= position else 0)  # shorter than before: it was rotated
                start, text = file.tell(), file.read()
        except OSError:  # it was renamed this moment
            return []
        end = text.rfind(b"\n") + 1  # an unfinished line waits for its rest
        self._positions[path] = start + end
        return _lines(text[:end])


def wait() -> None:
    """Some time, before files are read again."""
    time.sleep(0.3)


def _newest(path: Path, wanted: Callable[[Record], bool], count: int) -> list[Record]:
    lines = count
    while True:
        read = _last_lines(path, lines)
        found = list(filter(wanted, records(program_of(path), read)))
        if len(found) >= count or len(read) < lines:
            return found[-count:]
        lines *= 8


def _last_lines(path: Path, count: int) -> list[str]:
    """The last complete lines, without reading more of the file than they need."""
    with path.open("rb") as file:
        position = file.seek(0, 2)
        text = b""
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
