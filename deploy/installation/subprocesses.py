"""Runs programs of others to their end: into a log, or with none of the environment of whoever calls."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.installation.errors import ShopError

__all__ = ["bare_environment", "run", "run_logged"]

_LAST = 15  # lines of the log that are shown
_TIDIES = 60.0  # seconds that an interrupted program has to tidy up


def bare_environment() -> dict[str, str]:
    """What every program needs, and nothing that somebody has set for others."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}


def run(command: Sequence[str], *, timeout: float | None = None, **options: Any) -> int:
    """Run a program to its end; its exit code. An interrupted one may tidy up: `subprocess.run` kills it at once.

    A terminal interrupts the program too. When we alone were told to end (`KeyboardInterrupt` has the signal), we
    tell it.
    """
    with subprocess.Popen(command, **options) as process:
        try:
            return process.wait(timeout)
        except KeyboardInterrupt as why:
            if why.args:
                process.send_signal(signal.SIGINT)
            _wait_or_kill(process)
            raise
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _wait_or_kill(process: subprocess.Popen[Any]) -> None:
    try:
        process.wait(_TIDIES)
    except subprocess.TimeoutExpired:
        process.kill()


def run_logged(
    command: Sequence[str],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run a program that writes to the end of a log. Raises ShopError with its last lines when it fails."""
    with log.open("a") as output:
        begin = output.tell()
        try:
            code = run(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=timeout,
            )
            problem = f"exit code {code}" if code else ""
        except subprocess.TimeoutExpired:
            problem = f"not done after {timeout:.0f} s"
    if problem:
        with log.open(errors="replace") as text:
            text.seek(begin)
            last = text.read().splitlines()[-_LAST:]
        what = " ".join(Path(word).name for word in command[:3])
        raise ShopError(f"{what} failed ({problem}):\n  " + "\n  ".join(last), f"The whole output: {log}.")
