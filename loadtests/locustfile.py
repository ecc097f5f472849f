"""What Locust runs: the people of a scenario, in its stages. Started by ./shop load, in a process of its own."""

from __future__ import annotations

from typing import Any

import gevent
from locust import LoadTestShape, events
from locust.env import Environment
from locust.exception import StopTest

from loadtests import arrivals, kinds, settings, spans, steps, summary, timeline
from loadtests.gate import Gate, inside
from loadtests.target import is_loopback

_scenario = settings.SCENARIO

# Locust takes the classes that it finds here.
if _scenario.is_open:
    arrivals.write(settings.FOLDER / "arrivals.jsonl", settings.ARRIVALS)
else:
    del Gate
    for _name, _weight in _scenario.weights.items():
        globals()[_name] = kinds.named(_name)
        globals()[_name].weight = _weight
for _name in _scenario.single:
    globals()[_name] = kinds.named(_name)
    globals()[_name].fixed_count = 1

if settings.STAGED and not _scenario.is_open:

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
    def people() -> int:
        return inside() if _scenario.is_open or environment.runner is None else environment.runner.user_count

    gevent.spawn(spans.run)
    gevent.spawn(timeline.run, people)
    gevent.spawn(summary.progress, environment, people)


def _end(environment: Environment, **_: Any) -> None:
    if environment.runner:
        environment.runner.stop()  # after Ctrl+C too everybody ends their journey
    spans.flush()
    summary.show(environment)


events.request.add_listener(timeline.seen)
events.request.add_listener(steps.seen)
events.test_start.add_listener(_only_this_machine)
events.init.add_listener(_begin)
events.quitting.add_listener(_end)
