"""Keep the logs of both Nginxes small: they write them by themselves, so supervisord does not rotate them.

The file is renamed and Nginx told to begin anew; its old workers write into the renamed one until they have ended.
Not by USR1: then workers would open the log by themselves, and they may not look into the folder of logs.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.installation.layout import CHECKOUT, Layout
from deploy.native.programs import Program
from observability.logging import get_logger, setup_logging

_log = get_logger("rotate")
LIMIT = 50_000_000  # bytes
KEPT = 3  # older files: .1 is the newest
_INTERVAL = 10.0  # seconds


def program(layout: Layout) -> Program:
    return Program(
        name="log-rotation",
        command=(
            *(sys.executable, "-m", "deploy.native.rotate"),
            *(str(layout.logs / "gateway.log"), str(layout.gateway / "nginx.pid")),
            *(str(layout.logs / "gateway.err.log"), str(layout.gateway / "nginx.pid")),
            *(str(layout.logs / "frontend.err.log"), str(layout.frontend / "nginx.pid")),
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


def main(paths: Sequence[Path]) -> None:
    """Rotate the logs for ever. paths: a log, the pid file of its Nginx, the next log, and so on."""
    setup_logging("log-rotation")
    while True:
        for log, pid_file in zip(paths[::2], paths[1::2], strict=True):
            try:
                if rotate(log, pid_file):
                    _log.info("log.rotated", file=log.name)
            except (OSError, ValueError) as error:  # Nginx is being restarted; the next look finds it
                _log.warning("log.not_rotated", file=log.name, error=repr(error))
        time.sleep(_INTERVAL)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
