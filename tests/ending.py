"""The end of programs that tests have started."""

import subprocess
from signal import SIGTERM, Signals
from typing import Any


def end(process: "subprocess.Popen[Any]", seconds: float, by: Signals = SIGTERM) -> int:
    """Ask a program to end, and wait for it: its exit code.

    One that has not ended after so many seconds is killed, so that nothing is left; TimeoutExpired is raised then.
    """
    process.send_signal(by)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
