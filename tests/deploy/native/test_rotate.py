"""The gateway's log is rotated, and nothing of it is lost."""

import os
import signal
from pathlib import Path

import pytest

from deploy.native import rotate


@pytest.fixture
def pid_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nginx's; the signal is kept instead of sent."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    file = tmp_path / "nginx.pid"
    file.write_text("4242\n")
    monkeypatch.setattr(rotate, "_sent", sent, raising=False)
    return file


def test_a_small_log_stays(tmp_path: Path, pid_file: Path) -> None:
    """Below the limit, and when there is none yet."""
    log = tmp_path / "gateway.log"
    assert not rotate.rotate(log, pid_file, limit=10)
    log.write_text("0123456789")
    assert not rotate.rotate(log, pid_file, limit=10)


def test_a_large_log_makes_way_and_nginx_is_told(tmp_path: Path, pid_file: Path) -> None:
    """The newest are kept, in order; the signal is the one on which Nginx replaces its workers."""
    log = tmp_path / "gateway.log"
    for text in ("first", "second", "third", "fourth", "fifth"):
        log.write_text(text)
        assert rotate.rotate(log, pid_file, limit=1)

    assert {path.name: path.read_text() for path in tmp_path.glob("gateway.log*")} == {
        "gateway.log.1": "fifth",
        "gateway.log.2": "fourth",
        "gateway.log.3": "third",
    }
    assert rotate._sent == [(4242, signal.SIGHUP)] * 5  # type: ignore[attr-defined]
