"""Processes of an installation are found, measured and ended; real ones of Python."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.installation.layout import Layout
from deploy.native import processes

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)"
)


@contextmanager
def python(code: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has run the code and waits."""
    command = [sys.executable, "-c", f"{code}\nprint('ready', flush=True)\ninput()"]
    with subprocess.Popen(
        command,
        env={"PATH": os.defpath, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def test_those_of_an_installation_bear_its_mark(tmp_path: Path) -> None:
    """Another installation's are not among them."""
    here, elsewhere = Layout.at(tmp_path / "here"), Layout.at(tmp_path / "elsewhere")
    with python("", **{processes.MARKER: str(here.run)}) as process:
        assert processes.belonging_to(here) == [process.pid]
        assert processes.belonging_to(elsewhere) == []


def test_children_belong_to_the_tree_and_to_the_memory() -> None:
    """Pages that both use are divided among them, so the sum is less than that of the resident sizes."""
    with python(PARENT) as process:
        members = processes.tree(process.pid)
        assert members[0] == process.pid
        assert len(members) == 2
        alone, together = processes.memory(members[:1]), processes.memory(members)
        assert 0 < alone.rss < together.rss
        assert 0 < together.pss < together.rss


@pytest.mark.parametrize("code", ["", STUBBORN], ids=["willing", "stubborn"])
def test_who_does_not_end_is_killed(code: str) -> None:
    """After the patience; a zombie counts as ended although nobody has asked for its exit code yet."""
    with python(code) as process:
        processes.end([process.pid], patience=0.3)
        assert process.wait(timeout=0) == (-9 if code else -15)


def test_who_has_ended_is_nobody() -> None:
    """Neither a tree, nor memory, nor an error."""
    with python("") as process:
        process.kill()
        process.wait()
        assert processes.tree(process.pid) == [process.pid]
        assert processes.memory([process.pid]) == processes.Memory(0, 0)
        processes.end([process.pid])
