"""Processes that a command started are not left behind."""

import signal
import subprocess
import sys

from deploy.installation.children import end

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"


def _started(code: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return process


def test_a_process_that_does_not_end_is_killed() -> None:
    """Those beside it end by themselves."""
    polite, deaf = _started("import time; print(flush=True); time.sleep(60)"), _started(DEAF)
    with polite, deaf:
        end(polite, deaf, within=0.2)
        assert (polite.returncode, deaf.returncode) == (-signal.SIGTERM, -signal.SIGKILL)
