"""What Locust runs: the people of a scenario, in its stages. Started by ./shop load, in a process of its own."""

from __future__ import annotations

from typing import Any

import gevent
from locust import LoadTestShape, events
from locust.env import Environment
from locust.exception import StopTest

from loadtests import settings, spans, summary
from loadtests.people.buyer import Buyer
from loadtests.people.editor import Editor
from loadtests.people.greedy import Greedy
from loadtests.people.guesser import Guesser
from loadtests.people.hunter import Hunter
from loadtests.people.person import Person
from loadtests.people.seller import Seller
from loadtests.people.visitor import Visitor
from loadtests.target import is_loopback

_PEOPLE: tuple[type[Person], ...] = (Visitor, Buyer, Editor, Guesser, Greedy, Seller, Hunter)
KINDS = {kind.__name__: kind for kind in _PEOPLE}
_scenario = settings.SCENARIO

# Locust takes the classes that it finds here: only those that the scenario names stay.
for _name in KINDS.keys() - _scenario.weights.keys() - set(_scenario.single):
    del globals()[_name]
for _name, _weight in _scenario.weights.items():
    KINDS[_name].weight = _weight
for _name in _scenario.single:
    KINDS[_name].fixed_count = 1

if settings.STAGED:

    class Stages(LoadTestShape):
        """The stages of the scenario."""

        def tick(self) -> tuple[int, float] | None:
            """How many there should be now; None ends the run."""
            stage = _scenario.at(self.get_run_time())  # type: ignore[no-untyped-call]
            return (stage.users, stage.spawn_rate) if stage else None


def _only_this_machine(environment: Environment, **_: Any) -> None:
    if not is_loopback(environment.host or ""):  # the web page lets one change it
        raise StopTest(f"{environment.host} is not this machine, and only this machine may be loaded")


def _begin(environment: Environment, **_: Any) -> None:
    gevent.spawn(spans.run)
    gevent.spawn(summary.progress, environment)


def _end(environment: Environment, **_: Any) -> None:
    if environment.runner:
        environment.runner.stop()  # after Ctrl+C too everybody ends their journey
    spans.flush()
    summary.show(environment)


events.test_start.add_listener(_only_this_machine)
events.init.add_listener(_begin)
events.quitting.add_listener(_end)
