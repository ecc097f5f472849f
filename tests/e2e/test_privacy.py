"""Other users of the machine see nothing of an installation."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.installation.layout import Layout

pytestmark = pytest.mark.native

NOBODY = 65534
# Becomes nobody and says which of the paths on stdin it can list or read.
SPY = f"""
import os, sys
paths = sys.stdin.read().split("\\0")
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
for path in paths:
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").close()
    except OSError:
        continue
    print(path)
"""


def kept(layout: Layout) -> list[Path]:
    """Every directory and file of the installation."""
    roots = {layout.run, layout.data, layout.postgres}
    return [path for root in roots for path in (root, *root.rglob("*")) if not path.is_socket()]


def test_data_and_logs_are_their_owners_only(platform: Layout) -> None:
    """Nobody else may list them, or enter them."""
    for directory in (platform.data, platform.postgres, platform.logs, platform.conf, platform.secrets):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700, directory
    assert stat.S_IMODE(platform.socket.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another user")
def test_another_user_reads_no_file_and_lists_no_directory(platform: Layout) -> None:
    """Tried with the name of each, which such a user could not even know."""
    paths = kept(platform)
    assert len(paths) > 500
    names = "\0".join(map(str, paths))
    command = [sys.executable, "-I", "-c", SPY]
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_no_secret_is_in_the_arguments_of_a_process(platform: Layout) -> None:
    """`ps` shows them to everybody."""
    secrets = {
        text
        for file in platform.secrets.iterdir()
        if file.is_file() and len(text := file.read_text().strip()) >= 16 and "CERTIFICATE" not in text
    }
    assert secrets
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_text(errors="replace")
        except OSError:
            continue  # it has ended
        assert not [secret for secret in secrets if secret in arguments], process
