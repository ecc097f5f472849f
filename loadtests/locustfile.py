"""What Locust runs: the people of a scenario, in its stages. Started by ./shop load, in processes of their own."""

from __future__ import annotations

import signal
from typing import Any

import gevent
from locust import events
from locust.env import Environment
from locust.exception import StopTest

from loadtests import actions, arrivals, crew, gate, kinds, page, settings, spans, steps, summary, timeline
from loadtests.gate import Gate
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
    for _name in _scenario.single:  # in an open model they come through the gate
        globals()[_name] = kinds.named(_name)
        globals()[_name].fixed_count = 1


def _only_this_machine(environment: Environment, **_: Any) -> None:
    if not is_loopback(environment.host or ""):  # the web page lets one change it
        raise StopTest(f"{environment.host} is not this machine, and only this machine may be loaded")


def _begin(environment: Environment, **_: Any) -> None:
    def people() -> int:
        if _scenario.is_open:
            return gate.inside() + crew.inside()
        return environment.runner.user_count if environment.runner else 0

    if environment.web_ui and environment.web_ui.app:
        page.guard(environment.web_ui.app)
    crew.join(environment, gate.inside, gate.close)
    if (options := environment.parsed_options) is not None and options.num_users is None:
        stage, gates = _scenario.stages[0] if settings.STAGED else _scenario.peak, settings.WORKERS
        users, rate = (gates, gates) if _scenario.is_open else (stage.users, stage.spawn_rate)
        options.num_users, options.spawn_rate = users, rate  # the page suggests them
    gevent.spawn(spans.run)
    if crew.is_worker(environment):
        return
    gevent.spawn(timeline.run, people)
    progress = gevent.spawn(summary.progress, environment, people)
    if _scenario.is_open:
        gevent.spawn(crew.end_when_all_left, environment)
    elif settings.STAGED:
        gevent.spawn(crew.follow, environment, _scenario.stages)

    def end(**_: Any) -> None:
        crew.close(environment)  # after Ctrl+C too everybody ends their journey
        progress.kill()  # it would write over the results
        _end(environment)

    events.quitting.add_listener(end)  # the newest listener is the first to hear it: Locust has not ended yet


def _end(environment: Environment) -> None:
    spans.flush()
    if _scenario.is_open:
        actions.write()
    summary.show(environment)


def _end_early(*_: object) -> None:
    """Ctrl+C. Python would raise KeyboardInterrupt in whoever is at work; of SIGTERM Locust hears in between."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is ending; a second time changes nothing
    signal.raise_signal(signal.SIGTERM)


signal.signal(signal.SIGINT, _end_early)
events.request.add_listener(timeline.seen)
events.request.add_listener(steps.seen)
events.test_start.add_listener(_only_this_machine)
events.init.add_listener(_begin)
