"""Programs that are run to their end, and what becomes of them when somebody ends us."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.installation import subprocesses
from deploy.installation.errors import ShopError
from tests.waiting import wait_for

TIDIES = """
import pathlib, sys, time
began, tidied = map(pathlib.Path, sys.argv[1:])
try:
    began.touch()
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.5)
    tidied.touch()
"""


@pytest.mark.parametrize("is_of_terminal", [False, True])
def test_an_interrupted_program_tidies_up(tmp_path: Path, is_of_terminal: bool) -> None:
    """A terminal tells it too, once; who tells us alone has it told by us."""
    began, tidied = tmp_path / "began", tmp_path / "tidied"
    script = f"""
import signal, sys
from deploy.cli.main import _end_like_ctrl_c
from deploy.installation import subprocesses
_end_like_ctrl_c()
signal.signal(signal.SIGINT, signal.default_int_handler)
subprocesses.run([sys.executable, "-c", {TIDIES!r}, {str(began)!r}, {str(tidied)!r}])
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        wait_for("the program", began.exists)
        if is_of_terminal:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.terminate()
        process.wait(20)
    assert tidied.exists()


def test_what_fails_is_told_with_its_last_lines(tmp_path: Path) -> None:
    """Of this run, not of one before."""
    log = tmp_path / "log"
    log.write_text("of before\n")
    with pytest.raises(ShopError, match=r"failed \(exit code 3\):\n  of now\nThe whole"):
        subprocesses.run_logged(["sh", "-c", "echo of now; exit 3"], log)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    """And told."""
    with pytest.raises(ShopError, match="not done after 0 s"):
        subprocesses.run_logged(["sleep", "60"], tmp_path / "log", timeout=0.2)
