"""./shop logs: one line a record, of all programs together, in order of time."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from deploy.cli.log_files import Follower, everything, newest, wait
from deploy.cli.waterfall import log_line
from deploy.installation.errors import NoPlatformError, UsageError
from deploy.installation.layout import Layout
from deploy.installation.log_names import LogFile, log_files
from deploy.installation.log_records import LEVELS, Record, is_probe, records, without_number
from deploy.installation.services import SERVICES
from deploy.installation.suggestions import one_of
from deploy.operations.installation import Installation

__all__ = ["Wanted", "run"]

# What is shown unless infrastructure is asked for too.
_SHOP = (*(service.name for service in SERVICES), "gateway")
_NOT_SHOP = ("gateway-log-exporter",)
_SHOWN = re.compile(r"[\s=^$]|\\s")  # in an expression that finds in what is shown, and not in its JSON


@dataclass(frozen=True)
class Wanted:
    """Which records, and how they are shown. level: the lowest; everything that is None does not matter."""

    service: str | None = None
    everything: bool = False
    level: str | None = None
    since: datetime | None = None
    text: re.Pattern[str] | None = None
    request: str | None = None
    trace: str | None = None
    lines: int = 50
    as_json: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether all lines must be read to find the newest records."""
        return any((self.level, self.since, self.text, self.request, self.trace))

    def takes_program(self, program: str) -> bool:
        """Whether a program's records are wanted."""
        kind = without_number(program)  # in containers each program has a number
        if self.service is not None:
            return self.service in (program, kind)
        return self.everything or (kind.startswith(_SHOP) and kind not in _NOT_SHOP)

    def takes(self, record: Record) -> bool:
        """Whether one record is wanted. Probes of health are not, unless everything is."""
        if not self.everything and is_probe(record):
            return False
        if self.level and (record.level not in LEVELS or LEVELS.index(record.level) < LEVELS.index(self.level)):
            return False
        if self.since and record.when < self.since:
            return False
        if self.request and record.entry.get("request_id") != self.request:
            return False
        if self.trace and record.entry.get("trace_id") != self.trace:
            return False
        return self.text is None or self._says(record, self.text)

    @staticmethod
    def _says(record: Record, text: re.Pattern[str]) -> bool:
        """Whether it is in the line as it was written, or as it is shown, which takes three times as long."""
        if text.search(record.line):
            return True
        return _SHOWN.search(text.pattern) is not None and text.search(log_line(record).plain) is not None


def run(installation: Installation, wanted: Wanted, *, follow: bool) -> int:
    """Print the newest records; 1 when there is none. follow: print those from then on too, until Ctrl+C."""
    layout = installation.layout
    layout.gather_logs()
    chosen = _choose(layout, wanted)
    follower = Follower(chosen)
    console = Console(highlight=False, soft_wrap=True)
    found = _newest(chosen, wanted)
    for record in found:
        _show(console, record, wanted)
    if follow:
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            for record in _from_now_on(installation, wanted, follower):
                _show(console, record, wanted)
                sys.stdout.flush()
        return 0
    if not found:
        print("No log line matches." if wanted.is_filtered else "Nothing was logged yet.", file=sys.stderr)
    return 0 if found else 1


def _choose(layout: Layout, wanted: Wanted) -> list[LogFile]:
    found = log_files(layout.logs)
    if not found:
        raise NoPlatformError
    chosen = [file for file in found if wanted.takes_program(file.program)]
    if not chosen:
        programs = sorted({file.program for file in found})
        names = [service.name for service in SERVICES if len(service.ports) > 1] + programs
        raise UsageError(f"There is no log of {wanted.service!r}.", one_of(wanted.service or "", names))
    return chosen


def _newest(files: list[LogFile], wanted: Wanted) -> list[Record]:
    found = everything(files) if wanted.is_filtered else newest(files, wanted.takes, wanted.lines)
    latest: list[Record] = []
    for record in filter(wanted.takes, found):
        latest.append(record)
        if len(latest) > 20 * wanted.lines:  # so that memory does not grow with the logs
            latest = _latest(latest, wanted.lines)
    return _latest(latest, wanted.lines)


def _latest(found: Iterable[Record], count: int) -> list[Record]:
    return list(deque(sorted(found, key=lambda record: record.when), count))


def _from_now_on(installation: Installation, wanted: Wanted, follower: Follower) -> Iterator[Record]:
    lines = installation.follow_logs()
    for program, line in lines or ():
        if wanted.takes_program(program):
            yield from filter(wanted.takes, records(program, [line]))
    while True:
        yield from filter(wanted.takes, follower.read(_choose(installation.layout, wanted)))
        wait()


def _show(console: Console, record: Record, wanted: Wanted) -> None:
    if wanted.as_json:
        print(record.raw)
    else:
        console.print(log_line(record))
