"""What an idle platform costs is told by program, with the sum first."""

import os
from types import SimpleNamespace
from typing import Any, cast

from deploy.native.supervisor import State, Supervisor
from loadtests.idle import Cost, costs, table


def test_the_table_begins_with_the_sum() -> None:
    """Thousandths of a core are shown as percent."""
    lines = table([Cost("dear", 20.0, 100.0), Cost("cheap", 5.0, 1.4)]).splitlines()
    assert lines[2:] == ["| all | 2.50 % | 101 MB |", "| dear | 2.00 % | 100 MB |", "| cheap | 0.50 % | 1 MB |"]


def test_a_program_is_measured_with_its_memory() -> None:
    """Here it is the test itself; one that has ended costs nothing."""
    states = {"test": State("RUNNING", os.getpid(), 0, ""), "ended": State("EXITED", 0, 0, "")}
    supervisor: Any = SimpleNamespace(states=lambda: states, pid=lambda: os.getppid())
    found = {cost.program: cost for cost in costs(cast(Supervisor, supervisor), 0.01)}
    assert found.keys() == {"test", "supervisord"}
    assert found["test"].memory > 1
