"""Waiting for programs to become ready."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.programs import Program
from deploy.native.starting import start, wait
from deploy.native.supervisor import State, Supervisor


class Scripted(Supervisor):
    """A supervisord whose one program goes through the given states."""

    def __init__(self, *states: State) -> None:
        self.script = list(states)
        self.started: list[str] = []
        self.stopped: list[str] = []

    def states(self) -> dict[str, State]:
        return {"thing": self.script.pop(0) if len(self.script) > 1 else self.script[0]}

    def start(self, name: str) -> None:
        self.started.append(name)

    def stop(self, names: object) -> None:
        assert isinstance(names, list)
        self.stopped += names


def thing(*answers: str | None) -> Program:
    left = list(answers)
    return Program(name="thing", command=("thing",), ports=(), ready=lambda: left.pop(0))


def test_only_what_is_stopped_is_started() -> None:
    """A second `up` leaves running programs alone."""
    running, stopped = Scripted(State("RUNNING", 7, 0, "")), Scripted(State("STOPPED", 0, 0, ""))
    for supervisor in (running, stopped):
        start(supervisor, [thing()])
    assert (running.started, stopped.started) == ([], ["thing"])


def test_waiting_ends_when_the_program_is_ready(tmp_path: Path) -> None:
    """It is asked until it has no reason to wait for."""
    wait(Layout.at(tmp_path), Scripted(State("RUNNING", 7, 0, "")), [thing("not yet", None)])


def test_a_death_at_the_start_shows_its_last_lines_and_log(tmp_path: Path) -> None:
    """One message with the program, why, and where to read more; it is not started for ever."""
    layout = Layout.at(tmp_path)
    layout.logs.mkdir()
    (layout.logs / "thing.err.log").write_text("old line\nno such table: stars\n")
    supervisor = Scripted(State("STARTING", 7, 0, ""), State("STARTING", 8, 0, ""), State("BACKOFF", 0, 0, ""))
    with pytest.raises(ShopError) as caught:
        wait(layout, supervisor, [thing("no", "no")])
    assert "thing ended at its start" in caught.value.message
    assert "no such table: stars" in caught.value.message
    assert str(layout.logs / "thing") in caught.value.remedy
    assert supervisor.stopped == ["thing"]


def test_one_death_is_forgiven(tmp_path: Path) -> None:
    """A leftover of a kill may be in the way once."""
    supervisor = Scripted(State("STARTING", 7, 0, ""), State("RUNNING", 8, 0, ""))
    wait(Layout.at(tmp_path), supervisor, [thing("no", None)])


def test_a_program_that_is_never_ready_says_why(tmp_path: Path) -> None:
    """The last reason is in the message."""
    with pytest.raises(ShopError, match="database is locked"):
        wait(Layout.at(tmp_path), Scripted(State("RUNNING", 7, 0, "")), [thing("database is locked")], limit=0)
