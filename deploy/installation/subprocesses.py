"""Runs programs of others to their end: into a log, or with none of the environment of whoever calls."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.installation.errors import ShopError

__all__ = ["bare_environment", "run_logged"]

_LAST = 15  # lines of the log that are shown


def bare_environment() -> dict[str, str]:
    """What every program needs, and nothing that somebody has set for others."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}


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
            done = subprocess.run(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=timeout,
            )
            problem = f"exit code {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            problem = f"not done after {timeout:.0f} s"
    if problem:
        with log.open(errors="replace") as text:
            text.seek(begin)
            last = text.read().splitlines()[-_LAST:]
        what = " ".join(Path(word).name for word in command[:3])
        raise ShopError(f"{what} failed ({problem}):\n  " + "\n  ".join(last), f"The whole output: {log}.")
