"""What runs beside a lesson ends with it, and what it broke is mended."""

import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.cli.lessons.commands import Commands
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations.drills import state
from tests.deploy.operations.sleeper import asleep, installation
from tests.platform.ports import free_offset
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def offset() -> int:
    """Ports that nobody has."""
    return free_offset()


@pytest.fixture
def layout(tmp_path: Path, offset: int) -> Layout:
    """Where a drill may take place."""
    found = Layout.at(tmp_path, offset)
    (found.conf / "prometheus" / "targets").mkdir(parents=True)
    found.logs.mkdir()
    return found


@pytest.fixture
def sleeper(layout: Layout) -> Iterator[psutil.Process]:
    """A process that can be frozen."""
    with asleep(layout) as process:
        yield process


def drill(layout: Layout) -> tuple[str, ...]:
    """In place of ./shop: a drill that freezes the sleeper."""
    return (sys.executable, "-m", "tests.deploy.operations.sleeper", str(layout.run), str(layout.offset))


@pytest.mark.parametrize("kill", [False, True], ids=["told to end", "killed before"])
def test_a_drill_ends_with_the_lesson(layout: Layout, sleeper: psutil.Process, kill: bool) -> None:
    """Also one that was killed, and could not mend anything itself."""
    with Commands(installation(layout), program=drill(layout)) as commands:
        commands.beside(["drill"])
        wait_for("the fault", sleeper.status, lambda status: status == psutil.STATUS_STOPPED)
        begun = state.begun(layout)
        assert begun is not None
        assert commands.is_anything_left
        if kill:
            psutil.Process(begun.pid).send_signal(signal.SIGKILL)
    assert sleeper.status() != psutil.STATUS_STOPPED
    assert state.begun(layout) is None
    assert not commands.is_anything_left


def test_ctrl_c_ends_it_too(layout: Layout, sleeper: psutil.Process) -> None:
    """As does whatever goes wrong in the lesson; and Ctrl+C means again what it meant before."""
    before = signal.getsignal(signal.SIGINT)
    with suppress(KeyboardInterrupt), Commands(installation(layout), program=drill(layout)) as commands:
        commands.beside(["drill"])
        wait_for("the fault", sleeper.status, lambda status: status == psutil.STATUS_STOPPED)
        raise KeyboardInterrupt
    assert sleeper.status() != psutil.STATUS_STOPPED
    assert signal.getsignal(signal.SIGINT) is before


def test_what_cannot_begin_is_said(layout: Layout) -> None:
    """With the last lines that it printed, and where the others are."""
    program = (sys.executable, "-c", "print('the reason'); exit(3)")
    with Commands(installation(layout), program=program) as commands, pytest.raises(ShopError) as caught:
        commands.beside(["load"])
    assert caught.value.message == "./shop load did not begin: the reason"
    assert "tour-load.txt" in caught.value.remedy


def test_a_command_that_runs_here_is_waited_for(layout: Layout) -> None:
    """Its exit code is the result; its installation is the lesson's."""
    program = (sys.executable, "-c", f"import os; exit(os.environ['SHOP_RUN_DIR'] == {str(layout.run)!r})")
    with Commands(installation(layout), program=program) as commands:
        assert commands.here([]) == 1
