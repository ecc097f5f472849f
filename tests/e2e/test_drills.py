"""Drills on the running platform: each causes what its file says and nothing else, and leaves nothing behind."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.cli import drill_all, ways
from deploy.cli.drill_load import Load, steady
from deploy.installation.layout import Layout
from deploy.operations.drills import state
from deploy.operations.drills.fault import Fault, faults, one
from deploy.operations.drills.flag import Flag
from docs.drills import MEASURED

pytestmark = pytest.mark.native

# The platforms that ./shop test --full runs side by side, by the seconds that something else takes there at first:
# ten minutes of silence (tests/prometheus/test_silence.py), a recorded fault (test_incidents.py), a lame drill.
PLATFORMS = (640.0, 250.0, 170.0, 0.0)
BRIEF = ("redis-down", "cache-misses", "webhooks-doubled", "poison-messages")  # those that are soon over


def platforms() -> list[list[Fault]]:
    """The drills of each platform, in turn; all platforms are about as long at it."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))["drills"]

    def seconds(fault: Fault) -> float:
        alerts = measured.get(fault.name, {}).get("alerts", {})
        over = [alerts.get(f"{one.alert} {one.service}", {}).get("over") or one.over_within for one in fault.must]
        return max(drill_all._WATCHED, fault.seconds + max(over, default=0.0))

    chosen: list[list[Fault]] = [[] for _ in PLATFORMS]
    taken = list(PLATFORMS)
    for fault in sorted(faults(), key=seconds, reverse=True):
        shortest = taken.index(min(taken))
        chosen[shortest].append(fault)
        taken[shortest] += seconds(fault)
    return [drill_all.in_turn(those) for those in chosen]


@pytest.fixture(scope="module")
def customers(platform: Layout) -> Iterator[Load]:
    """A steady load."""
    with steady(platform) as load:
        yield load


def prove(platform: Layout, fault: Fault, load: Load, *, brief: bool = False) -> None:
    """Run the drill and hold what it caused to its file."""
    outcome = drill_all.measure(ways.of(platform), fault, load=load, brief=brief)
    assert drill_all.judge(fault, outcome) == []
    assert outcome.orders > 0
    assert state.begun(platform) is None
    assert not platform.flags_file.exists()


@pytest.mark.brief
@pytest.mark.parametrize("name", BRIEF)
def test_a_drill_causes_what_its_file_says(platform: Layout, customers: Load, name: str) -> None:
    """It ends as soon as everything was seen."""
    prove(platform, one(name), customers, brief=True)


@pytest.mark.full
@pytest.mark.drill(2)
def test_a_drill_that_breaks_nothing_fails(platform: Layout, customers: Load) -> None:
    """Its alert does not fire, and nothing of what its file says is seen."""
    lame = replace(one("redis-down"), way="flag", how=Flag("nobody-asks-for-it"), seconds=30)
    outcome = drill_all.measure(ways.of(platform), lame, load=customers)
    found = drill_all.judge(lame, outcome)
    assert found[0] == "RedisDown of redis did not fire."
    assert len(found) == 1 + len(lame.metrics) + len(lame.logs)


@pytest.mark.full
@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=pytest.mark.drill(number))
        for number, those in enumerate(platforms())
        for fault in those
    ],
)
def test_a_drill_causes_nothing_else_for_as_long_as_it_lasts(
    platform: Layout, customers: Load, fault: Fault
) -> None:
    """Exactly its alerts, in time, and over after the repair; the stores agree."""
    prove(platform, fault, customers)
