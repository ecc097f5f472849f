"""Processes that a command starts beside itself, and must not leave behind."""

from __future__ import annotations

import subprocess
from typing import Any

__all__ = ["end"]


def end(*processes: subprocess.Popen[Any], within: float) -> None:
    """Let them end by SIGTERM, all at once; one that has not ended after so many seconds is killed."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
