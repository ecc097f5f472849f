"""Tests side by side: which of them share a process, and which want the machine for themselves.

A worker of pytest-xdist runs whole groups. The tests of the whole platform are two groups, each of which shares a
platform, and the drills are others; of the rest, those of a folder are one, since they share servers. A test
marked `alone` waits until the other workers have ended the test they are at, and no other begins meanwhile.
Those that need no platform are a group that begins first and keeps the machine to its end, so that the others
wait for them once.
"""

import fcntl
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ALONE = "alone"
PLATFORMS = ("platform", "second platform")
SECOND = {"operations", "loadtests", ("e2e", "browser")}  # about half of the time
DOOR, ROOM = Path(__file__), TESTS / "conftest.py"  # any two files can be locked; these are there
_kept = ExitStack()  # the room, while this process runs those that need no platform
_keeps = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The platform's groups are the longest and begin first. In one process what needs no platform does: it fails
    sooner. On a platform, what needs one that no test has disturbed comes before the rest."""
    beside = hasattr(config, "workerinput")
    if beside:
        for item in items:
            item.add_marker(pytest.mark.xdist_group(group(item)))

    def rank(item: pytest.Item) -> int:
        if beside and group(item) == ALONE:
            return 0
        drill = item.get_closest_marker("drill")
        if group(item) not in PLATFORMS and not drill:
            return 3 if beside else 0
        first = beside and drill and drill.kwargs.get("first")
        return 1 if first or item.get_closest_marker("undisturbed") else 2

    items.sort(key=rank)


def group(item: pytest.Item) -> str:
    """The name of what runs in one process."""
    parts = item.path.relative_to(TESTS).parts
    if parts[0] == "deploy":
        parts = parts[1:]  # its folders have servers of their own
    if "platform" not in getattr(item, "fixturenames", ()):
        if item.get_closest_marker("alone"):
            return ALONE
        folders = parts[:-1][: 3 if parts[0] == "services" else 1]  # those of the services are a third of all
        return "/".join(folders) or parts[0]
    if drill := item.get_closest_marker("drill"):
        return f"platform of drills {drill.args[0]}"
    second = parts[0] in SECOND or parts[:2] in SECOND
    return PLATFORMS[second and item.get_closest_marker("undisturbed") is None]


def pytest_configure(config: pytest.Config) -> None:
    """Workers report to one process, which tells people."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(PlainNames())


class PlainNames:
    """Calls tests by names that pytest takes: xdist adds the group to them."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name, _, group = report.nodeid.rpartition("@")
        if name and "]" not in group:
            report.nodeid = name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Keep the machine from the first of the group that is alone to its last."""
    global _keeps
    if group(item) != ALONE:
        return (yield)
    if not _keeps:
        _kept.enter_context(room(alone=True))
        _keeps = True
    try:
        return (yield)
    finally:
        if nextitem is None or group(nextitem) != ALONE:
            _keeps = False
            _kept.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None]:
    """Nobody who measures time is disturbed by servers that start."""
    with room_unless_kept():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Let the test in when those that run leave it room."""
    with room_unless_kept(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Nor by servers that end."""
    with room_unless_kept():
        return (yield)


def room_unless_kept(*, alone: bool = False) -> AbstractContextManager[None]:
    """The room; nothing where this process keeps it."""
    return nullcontext() if _keeps else room(alone=alone)


@contextmanager
def room(*, alone: bool) -> Iterator[None]:
    """Shared by all who are in it, or alone. Everyone passes the door one by one, so whoever wants the room alone
    stands there while it empties, and is not overtaken for ever."""
    with ExitStack() as stack:
        room = stack.enter_context(ROOM.open("rb"))
        with DOOR.open("rb") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
