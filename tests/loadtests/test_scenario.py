"""Scenarios as data, and what may be loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.operations.drills.fault import read_how
from loadtests import faults, scenario
from loadtests.scenario import Scenario, Stage
from loadtests.target import is_loopback

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("name", scenario.names())


@EACH
def test_every_scenario_is_complete(name: str) -> None:
    """It says what it is for, has people who exist, and ends in some minutes."""
    read = scenario.read(name)
    assert len(read.about) > 20
    assert read.weights
    kinds = {*read.weights, *read.single}
    assert all((ROOT / "loadtests" / "people" / f"{kind.lower()}.py").exists() for kind in kinds)
    assert all(weight > 0 for weight in read.weights.values())
    for stage in read.stages:
        closed, opened = (stage.users > len(read.single), stage.spawn_rate > 0), stage.arrivals > 0
        assert (all(closed), any(closed), opened) in [(True, True, False), (False, False, True)]
    assert 30 <= read.seconds <= (600 if name == "soak" else 300)
    if read.fault:
        assert read.fault.after + read.fault.seconds < read.seconds
        read_how(dict(read.fault.how), name)  # raises for what is no fault


def test_more_processes_than_have_addresses_of_their_own() -> None:
    """They are refused, wherever Locust runs: two people would have one address and one account."""
    given = {"LOAD_SCENARIO": "calm", "LOAD_FOLDER": ".", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    command = [sys.executable, "-c", "import loadtests.settings"]
    done = subprocess.run(
        command, cwd=ROOT, env={**given, "LOAD_WORKERS": "17"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "at most 16 processes can share a load" in done.stderr


def test_a_run_lasts_as_long_as_its_stages() -> None:
    """Its peak is the stage with the most people."""
    first, second = Stage(seconds=10, users=5, spawn_rate=1), Stage(seconds=5, users=50, spawn_rate=25)
    spike = Scenario("spike", "", {"Visitor": 1}, (), (first, second))
    assert spike.peak == second
    assert spike.seconds == 15


def test_what_is_asked_for_is_one_stage() -> None:
    """What is not said is the scenario's; when nothing is said, all of it is."""
    nothing = {"seconds": None, "users": None, "spawn_rate": None, "arrivals": None}
    spike, mixed = scenario.read("spike"), scenario.read("mixed")
    assert spike.asked_for(**nothing) == spike
    assert spike.asked_for(**{**nothing, "seconds": 9.0}).stages == (Stage(seconds=9.0, arrivals=3),)
    assert spike.asked_for(**{**nothing, "arrivals": 5.0}).stages == (Stage(seconds=spike.seconds, arrivals=5.0),)
    rate = mixed.peak.spawn_rate
    assert mixed.asked_for(**{**nothing, "users": 50.0}).stages == (Stage(mixed.seconds, 50, rate),)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://127.1.2.3"])
def test_this_machine_may_be_loaded(url: str) -> None:
    """By address or by name."""
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com", "http://10.0.0.1:8080", "http://0.0.0.0:8080", "https://127.0.0.1", "127.0.0.1"),
        *(
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "http://127.0.0.1.example.com",
            "",
            "a[b",
        ),
    ],
)
def test_no_other_machine_may_be_loaded(url: str) -> None:
    """Whatever its name looks like."""
    assert not is_loopback(url)


def test_only_what_an_announced_fault_explains_is_excused(tmp_path: Path) -> None:
    """Answers of a missing part, to requests that were under way while it was missing."""
    file = tmp_path / "fault.json"
    now = 1_000.0
    assert not faults.explains(file, now, 503)
    with faults.announced(file):
        assert faults.explains(file, now, 503)
        assert faults.explains(file, now, 0)
        assert not faults.explains(file, now, 500)
        assert not faults.explains(file, now, 429)
    assert faults.explains(file, now, 503)  # it began before the end
    assert not faults.explains(file, 1e12, 503)


def test_nothing_but_the_load_imports_locust() -> None:
    """Locust patches the sockets of the process that imports it: the command and the tests must not."""
    code = "import sys, deploy.cli.load, tests.platform.load; sys.exit('gevent' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
