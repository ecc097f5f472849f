"""How tests run beside each other."""

import fcntl
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from deploy.cli.test import pytest as command
from deploy.installation.layout import PORTS
from tests import side_by_side
from tests.platform.ports import free_offset
from tests.side_by_side import room

LIMIT = 10.0  # seconds


class Neighbour:
    """Another test: comes at once, and stays until it is sent away."""

    def __init__(self, order: list[str], name: str, *, alone: bool = False) -> None:
        self.inside, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._stay, args=(order, name, alone))
        self._thread.start()

    def _stay(self, order: list[str], name: str, alone: bool) -> None:
        with room(alone=alone):
            order.append(name)
            self.inside.set()
            self._leave.wait(LIMIT)

    def leave(self) -> None:
        self._leave.set()
        self._thread.join(LIMIT)


def somebody_at_the_door() -> bool:
    """Whether one waits for the room to empty."""
    with side_by_side.DOOR.open("rb") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_who_wants_to_be_alone_waits_and_is_not_overtaken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Others share the room; when one wants it alone, those inside end first, and those who come later wait."""
    for name in ("DOOR", "ROOM"):  # other files than those of this run, which this test holds, too
        (tmp_path / name).touch()
        monkeypatch.setattr(side_by_side, name, tmp_path / name)
    order: list[str] = []
    first, second = Neighbour(order, "first"), Neighbour(order, "second")
    assert first.inside.wait(LIMIT)
    assert second.inside.wait(LIMIT)
    alone = Neighbour(order, "alone", alone=True)
    deadline = time.monotonic() + LIMIT
    while not somebody_at_the_door():
        assert time.monotonic() < deadline
    late = Neighbour(order, "late")
    first.leave()
    second.leave()
    assert alone.inside.wait(LIMIT)
    assert not late.inside.is_set()
    alone.leave()
    assert late.inside.wait(LIMIT)
    late.leave()
    assert order[2:] == ["alone", "late"]


def test_installations_of_one_run_share_no_port() -> None:
    """Those that are chosen and not started yet count, too."""
    ports = [port + offset for offset in (free_offset(), free_offset()) for port in PORTS.values()]
    assert len(set(ports)) == len(ports)


@pytest.mark.parametrize("chosen", [["tests/docs"], ["-x", "./tests/docs/test_telemetry.py::test_x"]])
def test_chosen_tests_run_as_pytest_runs_them(chosen: list[str]) -> None:
    """One after the other in one process, so that -s and --pdb work."""
    assert command(chosen) == ["pytest", *chosen]


@pytest.mark.parametrize("options", [[], ["-m", "not full"], ["tests"], ["-k", "gateway"]])
def test_all_tests_run_side_by_side(options: list[str]) -> None:
    """Options go on to pytest, after ours: the last one holds."""
    assert command(options) == ["pytest", *command([])[1:], *options]
    assert "-n" in command([])


class Item:
    """A test, as far as its group depends on it."""

    def __init__(self, path: str, *marks: str, platform: bool = False) -> None:
        self.path = side_by_side.TESTS / path
        self.fixturenames = ["platform"] if platform else []
        self._marks = marks

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return getattr(pytest.mark, name)(2).mark if name in self._marks else None


ITEMS = {
    "alone": Item("services/user/test_login.py", "alone"),
    "platform": Item("e2e/test_orders_api.py", platform=True),
    "second platform": Item("e2e/browser/test_shop.py", platform=True),
    "platform of drills 2": Item("e2e/test_drills.py", "drill", platform=True),
    "services/user": Item("services/user/test_login.py"),
}


@pytest.mark.parametrize("name", ITEMS)
def test_what_runs_in_one_process(name: str) -> None:
    """By the folder, by the platform that it uses, or because it wants the machine for itself."""
    assert side_by_side.group(cast(pytest.Item, ITEMS[name])) == name


def test_those_that_are_alone_keep_the_machine_until_the_last_has_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Others come in when the next test is none of them."""
    for name in ("DOOR", "ROOM"):
        (tmp_path / name).touch()
        monkeypatch.setattr(side_by_side, name, tmp_path / name)
    alone, other = cast(pytest.Item, ITEMS["alone"]), cast(pytest.Item, ITEMS["services/user"])
    for _ in range(2):
        _run(alone, following=alone)
    late = Neighbour([], "late")
    deadline = time.monotonic() + LIMIT
    while not late.inside.is_set() and not somebody_at_the_door():
        assert time.monotonic() < deadline
    assert not late.inside.is_set()
    _run(alone, following=other)
    assert late.inside.wait(LIMIT)
    late.leave()


def _run(item: pytest.Item, following: pytest.Item) -> None:
    """As pytest does; the test itself is nothing."""
    steps = side_by_side.pytest_runtest_protocol(item, following)
    next(steps)
    with suppress(StopIteration):
        steps.send(None)
