"""Keep the gateway's log small: Nginx writes it by itself, so supervisord does not rotate it.

The file is renamed and Nginx told to begin anew; its old workers write into the renamed one until they have ended.
Not by USR1: then workers would open the log by themselves, and they may not look into the folder of logs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from deploy.installation.layout import CHECKOUT, Layout
from deploy.native.programs import Program

LIMIT = 50_000_000  # bytes
KEPT = 3  # older files: .1 is the newest
_INTERVAL = 10.0  # seconds


def program(layout: Layout) -> Program:
    return Program(
        name="log-rotation",
        command=(
            *(sys.executable, "-m", "deploy.native.rotate"),
            *(str(layout.logs / "gateway.log"), str(layout.gateway / "nginx.pid")),
        ),
        ports=(),
        ready=lambda: None,
        directory=CHECKOUT,
        watch=(Path(__file__),),
    )


def rotate(log: Path, pid_file: Path, limit: int = LIMIT) -> bool:
    """Rename a log that has grown beyond `limit` bytes; say whether it had."""
    if not log.exists() or log.stat().st_size <= limit:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))
    os.kill(int(pid_file.read_text()), signal.SIGHUP)
    return True


def _say(event: str, **fields: str) -> None:
    line = {"timestamp": datetime.now(UTC).isoformat(), "level": "info", "service": "log-rotation", "event": event}
    empty = dict.fromkeys(("request_id", "trace_id", "span_id", "trace_flags"), "")
    print(json.dumps({**line, "logger": "rotate", **empty, **fields}), flush=True)


def main(log: Path, pid_file: Path) -> None:
    """For ever."""
    while True:
        try:
            if rotate(log, pid_file):
                _say("log.rotated", file=log.name)
        except (OSError, ValueError) as error:  # Nginx is being restarted; the next look finds it
            _say("log.not_rotated", file=log.name, error=repr(error))
        time.sleep(_INTERVAL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
