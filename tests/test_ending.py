"""Programs that tests have started end."""

import subprocess
import sys

import pytest

from tests.ending import end

_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"


def test_who_does_not_end_in_time_is_killed() -> None:
    """The test fails, and nothing is left of the program."""
    with subprocess.Popen([sys.executable, "-c", _DEAF], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            end(process, 0.1)
        assert process.returncode == -9
