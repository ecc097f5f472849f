"""Test runs beside each other do not take ports from each other that they do not use."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform import ports

_LOCK = """
import fcntl, sys
fcntl.lockf(open(sys.argv[1], "w"), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))
"""


def test_ports_are_claimed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is in use leaves the others to other runs."""
    claims = tmp_path / "claims"

    def may_have(port: int) -> bool:
        """Whether another process gets the port's lock."""
        return not subprocess.run([sys.executable, "-c", _LOCK, claims, str(port)], capture_output=True).returncode

    monkeypatch.setattr(ports, "_CLAIMS", os.open(claims, os.O_WRONLY | os.O_CREAT, 0o600))
    monkeypatch.setattr(ports, "is_free", lambda port: port != 3)
    assert not ports.claim({1, 2, 3})
    assert may_have(1)
    assert may_have(2)
    assert ports.claim({1, 2})
    assert not may_have(1)
    fcntl.lockf(ports._CLAIMS, fcntl.LOCK_UN)
