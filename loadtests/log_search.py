"""What searches in very many log lines cost the console: `python -m loadtests.log_search --lines 10000000`.

It writes lines of twenty programs into a folder of its own, as files of 10 MB, starts a console that reads them,
asks it as its pages do, and prints how long each answer took and how much memory the console has taken until then.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import count as count_up
from pathlib import Path
from urllib.parse import urlencode

from deploy.installation.numbers import port_number, positive
from deploy.installation.readiness import DIRECT
from loadtests.tax.processes import python

PROGRAMS = 20
FILE = 10_000_000  # bytes of a file, before the next one begins
SPAN = 86_400.0  # seconds in which all lines are written
RARE = "c0ffee" * 5 + "00"  # a trace of one line, the oldest
NOWHERE = "a-word-that-is-nowhere"
_LEVELS = ("info",) * 17 + ("warning", "warning", "error")


def lines(program: str, count: int, end: float) -> Iterator[tuple[float, str]]:
    """JSON lines as a service writes them, each with its time; evenly over the day, the oldest first."""
    for number in range(count):
        when = end - SPAN + SPAN * number / count
        trace = RARE if number == 0 else f"{number:032x}"
        yield (
            when,
            f'{{"event":"http.request","level":"{_LEVELS[number % 20]}",'
            f'"timestamp":"{datetime.fromtimestamp(when, UTC).isoformat()}","service":"{program}",'
            f'"trace_id":"{trace}","span_id":"{number:016x}","request_id":"req-{number:024x}","method":"GET",'
            f'"route":"/api/products/{{product_id}}","status":200,"duration_ms":{number % 997 / 10}}}\n',
        )


def write(folder: Path, count: int, end: float) -> int:
    """Write the lines into `<program>.log`, older ones into files with a number. Gives the bytes."""
    total = 0
    for number in range(PROGRAMS):
        program = f"program-{chr(97 + number)}"
        parts = list(_parts(folder, program, lines(program, count // PROGRAMS, end)))
        for age, part in enumerate(reversed(parts)):
            total += part.stat().st_size
            part.rename(folder / (f"{program}.log.{age}" if age else f"{program}.log"))
    return total


def _parts(folder: Path, program: str, told: Iterator[tuple[float, str]]) -> Iterator[Path]:
    """Files of about the same size, each with the time of its last line."""
    for number in count_up():
        path, size, when = folder / f"{program}.part{number}", 0, 0.0
        with path.open("w") as file:
            for latest, line in told:
                when = latest
                size += file.write(line)
                if size > FILE:
                    break
        if not size:
            path.unlink()
            return
        os.utime(path, (when, when))
        yield path


def questions(end: float) -> dict[str, Mapping[str, object]]:
    """What is asked, by its name."""
    day = {"from": end - SPAN, "to": end}
    return {
        "tail: the last minute": {"from": end - 60, "to": end},
        "histogram: the last 15 minutes": {"from": end - 900, "to": end},
        "histogram: the whole day": day,
        "errors of one program, the whole day": {**day, "level": "error", "service": "program-a"},
        "a word that is nowhere": {**day, "q": NOWHERE},
        "the trace of the oldest lines": {**day, "q": f"trace_id={RARE}"},
        "a minute in the middle of the day": {"from": end - SPAN / 2 - 60, "to": end - SPAN / 2},
    }


def console(folder: Path, port: int, log: Path) -> AbstractContextManager[int]:
    """A console that reads these logs and has nobody else to ask; gives the id of its process."""
    away = "http://127.0.0.1:9"
    own = {"PORT": str(port), "LOGS": str(folder), "ADDRESSES": "none=none"}
    others = {"PROMETHEUS_URL": away, "ALERTMANAGER_URL": away, "TRACES_URL": away}
    return python("console", port=port, path="/health", log=log, environment={**own, **others})


def peak(pid: int) -> float:
    """The most memory that the process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(arguments: list[str] | None = None) -> int:
    """Write, ask, print."""
    parser = argparse.ArgumentParser(prog="loadtests.log_search", description="What searches in log lines cost.")
    parser.add_argument("--lines", type=positive, default=10_000_000)
    parser.add_argument("--port", type=port_number, default=3999, help="of the console that is started")
    options = parser.parse_args(arguments)
    if options.lines < PROGRAMS:
        parser.error(f"argument --lines: {PROGRAMS} programs write them, so {options.lines} are too few")
    with tempfile.TemporaryDirectory(prefix="glasshouse-logs-") as name:
        folder, until = Path(name) / "logs", time.time()
        folder.mkdir()
        size = write(folder, options.lines, until)
        _say(f"{options.lines:,} lines, {size / 1e9:.2f} GB, {len(list(folder.iterdir()))} files")
        with console(folder, options.port, Path(name) / "console.txt") as pid:
            _say(f"{'before any question':38}{'':26}{peak(pid):6.0f} MiB")
            for title, asked in questions(until).items():
                began = time.monotonic()
                found = _get(options.port, f"/api/logs?{urlencode(asked)}")
                took = time.monotonic() - began
                read = (found["to"] - found["reached"]) / (found["to"] - found["from"])
                _say(f"{title:38}{took:5.2f} s {found['total']:9,} lines {read:5.0%} read {peak(pid):6.0f} MiB")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _get(port: int, path: str) -> dict[str, float]:
    with DIRECT.open(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        found: dict[str, float] = json.load(answer)
    return found


if __name__ == "__main__":
    sys.exit(main())
