"""Drills mend what they broke: at their end, when they are told to end, and after they were killed."""

import asyncio
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import httpx
import psutil
import pytest
from rich.console import Console

from deploy.cli import down
from deploy.cli import drill as cli
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, Layout
from deploy.operations.drills import run as drills
from deploy.operations.drills import state
from deploy.operations.drills.fault import faults, one
from deploy.operations.drills.flag import Flag
from deploy.operations.drills.typed import FileError
from deploy.operations.installation import Installation
from tests.deploy.operations.sleeper import OnlySleeper, asleep, fault, installation
from tests.platform.ports import free_offset
from tests.waiting import wait_for


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Where a drill may take place."""
    found = Layout.at(tmp_path, free_offset())
    (found.conf / "prometheus" / "targets").mkdir(parents=True)
    return found


@pytest.fixture
def sleeper(layout: Layout) -> Iterator[psutil.Process]:
    """A process that can be frozen."""
    with asleep(layout) as process:
        yield process


@contextmanager
def under_way(layout: Layout, sleeper: psutil.Process) -> Iterator[subprocess.Popen[bytes]]:
    """A drill in a process of its own, which has frozen the sleeper."""
    command = [sys.executable, "-m", "tests.deploy.operations.sleeper", str(layout.run), str(layout.offset)]
    with subprocess.Popen(command, cwd=CHECKOUT) as process:
        try:
            wait_for("the fault", sleeper.status, lambda status: status == psutil.STATUS_STOPPED)
            yield process
        finally:
            process.kill()


def is_well(layout: Layout, sleeper: psutil.Process) -> bool:
    """Whether nothing is left of a drill."""
    targets = layout.conf / "prometheus" / "targets" / "drill.json"
    left = state.begun(layout) or layout.flags_file.exists() or json.loads(targets.read_text())
    return not left and sleeper.status() != psutil.STATUS_STOPPED  # it may be about to fall asleep again


def test_a_drill_is_mended_at_its_end(layout: Layout, sleeper: psutil.Process) -> None:
    """While it lasts it is noted on disk, and Prometheus can scrape it."""
    seen = []

    async def look(over: asyncio.Event) -> None:
        await asyncio.to_thread(wait_for, "the fault", sleeper.status, lambda it: it == psutil.STATUS_STOPPED)
        [group] = json.loads((layout.conf / "prometheus" / "targets" / "drill.json").read_text())
        async with httpx.AsyncClient(trust_env=False) as client:
            seen.append((await client.get(f"http://{group['targets'][0]}/metrics")).text)
        seen.append(str(state.begun(layout)))
        over.set()

    drills.run(installation(layout), fault(), 60, look)
    assert 'shop_drill_active{fault="sleeper-frozen"} 1.0' in seen[0]
    assert "sleeper-frozen" in seen[1]
    assert is_well(layout, sleeper)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_drill_that_is_told_to_end_mends_first(
    layout: Layout, sleeper: psutil.Process, number: signal.Signals
) -> None:
    """Ctrl+C, a terminal that is closed, or a machine that stops."""
    with under_way(layout, sleeper) as process:
        process.send_signal(number)
        assert process.wait(20) == 0
    assert is_well(layout, sleeper)


def test_a_drill_gives_the_handlers_of_signals_back(layout: Layout, sleeper: psutil.Process) -> None:
    """So whoever runs several drills is told to end between two of them, too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        drills.run(installation(layout), fault(), 0.1)
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_what_a_killed_drill_left_is_mended_by_the_next_who_looks(layout: Layout, sleeper: psutil.Process) -> None:
    """And once is enough."""
    with under_way(layout, sleeper) as process:
        process.kill()
        process.wait()
        assert sleeper.status() == psutil.STATUS_STOPPED
        assert drills.mend(installation(layout)) == "sleeper-frozen"
    assert is_well(layout, sleeper)
    assert drills.mend(installation(layout)) == ""


def test_one_drill_at_a_time_and_another_process_ends_it(
    layout: Layout, sleeper: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one is refused; whoever mends leaves one alone that lives."""
    with under_way(layout, sleeper) as process:
        with pytest.raises(ShopError, match="under way"):
            drills.run(installation(layout), fault(), 1)
        told = io.StringIO()
        monkeypatch.setattr(cli, "active_alerts", lambda _: set())  # there is no Alertmanager here
        with pytest.raises(ShopError, match="under way"):
            cli._start(installation(layout), Console(file=told), one("redis-hangs"), 1)
        assert told.getvalue() == ""  # as if it had begun
        assert drills.mend(installation(layout)) == ""
        assert sleeper.status() == psutil.STATUS_STOPPED
        assert drills.end(installation(layout)) == "sleeper-frozen"
        assert process.wait(20) == 0
    assert is_well(layout, sleeper)


def test_a_drill_that_fails_half_way_is_mended(layout: Layout, sleeper: psutil.Process) -> None:
    """Whoever watches it may fail, too."""

    async def fail(_: asyncio.Event) -> None:
        raise ShopError("nothing can be seen")

    with pytest.raises(ShopError, match="nothing can be seen"):
        drills.run(installation(layout), fault(), 60, fail)
    assert is_well(layout, sleeper)


def test_a_flag_is_a_private_file_and_goes_with_the_drill(layout: Layout, sleeper: psutil.Process) -> None:
    """Its form is flagd's."""
    seen = []

    async def look(over: asyncio.Event) -> None:
        await asyncio.to_thread(wait_for, "the flags", layout.flags_file.exists)
        seen.append((layout.flags_file.stat().st_mode & 0o777, json.loads(layout.flags_file.read_text())))
        over.set()

    how = {"way": "flag", "flag": "slow", "where": {"service": "toy"}, "value": {"seconds": 2}}
    drills.run(installation(layout), fault(how), 60, look)
    [(mode, found)] = seen
    assert (mode, found["flags"]["slow"]["variants"]["on"]) == (0o600, {"on": True, "seconds": 2})
    assert is_well(layout, sleeper)


def test_the_platform_goes_down_though_what_a_drill_broke_cannot_be_mended(layout: Layout) -> None:
    """Its store does not run. The next who looks mends it; with its data it is forgotten."""
    state.note(layout, "dead", {"way": "poison", "event": "order.created", "messages": 1}, 60)
    platform = OnlyDown(layout)
    assert down.run(cast(Installation, platform), Console(quiet=True), wipe=False) == 0
    assert platform.is_down
    assert state.begun(layout) is not None


class OnlyDown(OnlySleeper):
    """An installation that can be taken down."""

    is_down = False

    def down(self, *, wipe: bool) -> None:
        self.is_down = True


def test_every_fault_can_be_read() -> None:
    """And a flag has a name that tells it from others."""
    found = faults()
    assert len(found) >= 4
    flags = [fault.how.flag for fault in found if isinstance(fault.how, Flag)]
    assert len(flags) == len(set(flags))


GOOD = """
title = "t"
what = "w"
part = "redis"
reason = "process stopped"
blast_radius = "b"
customer = "c"
heals = "h"
seconds = 60

[how]
way = "stop"
programs = ["redis"]

[[panels]]
dashboard = "datastores"
title = "Redis up"
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('title = "t"', 'titel = "t"', "faults/x.toml does not know the key 'titel'.\nDid you mean title?"),
        ('what = "w"', "", "faults/x.toml has no 'what'."),
        (
            'reason = "process stopped"',
            'reason = "process stoped"',
            "faults/x.toml does not know the reason 'process stoped'.\nDid you mean process stopped?",
        ),
        ("seconds = 60", 'seconds = "60"', "seconds in faults/x.toml must be a number, and is '60'."),
        ("seconds = 60", "seconds = true", "seconds in faults/x.toml must be a number, and is True."),
        (
            'way = "stop"',
            'way = "stopp"',
            "[how] in faults/x.toml does not know the way 'stopp'.\nDid you mean stop?",
        ),
        ('way = "stop"', "", "[how] in faults/x.toml has no 'way'."),
        ('programs = ["redis"]', 'program = "redis"', "[how] in faults/x.toml does not know the key 'program'."),
        ('programs = ["redis"]', 'programs = "redis"', "programs in [how] in faults/x.toml must be a list."),
        ('programs = ["redis"]', "programs = [1]", "programs in [how] in faults/x.toml, number 1 must be a text"),
        ('title = "Redis up"', 'titel = ""', "panels in faults/x.toml, number 1 does not know the key 'titel'."),
        ("[how]", "[how", "faults/x.toml is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_a_sentence(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    """It names the file, the place in it, and what may be meant."""
    folder = tmp_path / "faults"
    folder.mkdir()
    (folder / "x.toml").write_text(GOOD)
    assert one("x", folder).seconds == 60
    (folder / "x.toml").write_text(GOOD.replace(before, after, 1))
    with pytest.raises(FileError) as caught:
        one("x", folder)
    assert said in str(caught.value)
    assert caught.value.code == 2
