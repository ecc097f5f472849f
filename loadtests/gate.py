"""Lets people in when they are due, whoever is still there: an open model.

In a closed model a slow shop is asked less often, because everybody waits for an answer before asking again:
the worst moments are measured the least (coordinated omission). Here nobody waits for those who came before.
What is late nevertheless, since the load itself has too much to do, is measured and counts as the shop's delay.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable

import gevent
from gevent.pool import Pool
from locust import User, task
from locust.env import Environment
from locust.exception import RescheduleTask, StopUser

from loadtests import kinds, settings, steps
from loadtests.arrivals import Arrival
from loadtests.outcomes import note
from loadtests.people.person import Person

__all__ = ["Gate", "inside"]

_MOST = 400  # people who are inside at once: more than that is no load any more, but a queue of our own
_ENDS_WITHIN = 35.0  # seconds for those inside, when the run is ended early
_log = logging.getLogger(__name__)
_people: Pool = Pool()


def inside() -> int:
    """How many people are inside."""
    return len(_people)


class Gate(User):
    """There is one."""

    fixed_count = 1

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._due = deque(enumerate(settings.ARRIVALS))
        self._free: defaultdict[str, list[Person]] = defaultdict(list)
        self._did: dict[int, list[str]] = {}
        self._began = time.time()

    def wait_time(self) -> float:
        """The seconds until the next one is due."""
        return max(0.0, self._began + self._due[0][1].at - time.time()) if self._due else 0.0

    def on_start(self) -> None:
        """The plan begins now."""
        self._began = time.time()
        gevent.sleep(self.wait_time())

    @task
    def let_in(self) -> None:
        """The next one; after the last one, wait for those inside and end the run."""
        if not self._due or steps.are_lost(self._due[0][1].stage):
            _people.join()
            if self.environment.runner:
                gevent.spawn_later(0.1, self.environment.runner.quit)
            raise StopUser
        number, arrival = self._due.popleft()
        if len(_people) >= _MOST:
            note("found no place in the load")
            self.environment.events.request.fire(
                request_type="WAIT",
                name="a place in the load",
                response_time=0,
                response_length=0,
                exception=RuntimeError(f"{_MOST} people are inside already"),
                context={"stage": arrival.stage},
            )
            return
        _people.spawn(self._visit, number, arrival)

    def _visit(self, number: int, arrival: Arrival) -> None:
        due, free = self._began + arrival.at, self._free[arrival.kind]
        person: Person | None = None
        try:
            person = free.pop() if free else self._new(arrival.kind)
            person.arrive(arrival, due)
            todo: Callable[[Person], None] = person.random.choice(person.tasks)  # type: ignore[assignment]
            todo(person)
        except RescheduleTask:
            pass  # not logged in, which was counted
        except Exception as error:
            _log.exception("A visit failed")
            self.environment.events.user_error.fire(user_instance=person, exception=error, tb=sys.exc_info()[2])
        if person:
            self._did[number] = person.did
            free.append(person)

    def _new(self, kind: str) -> Person:
        its_class = kinds.named(kind)
        its_class.host = self.environment.host
        person = its_class(self.environment)
        person.on_start()
        return person

    def on_stop(self) -> None:
        """Those inside end what they do; what everybody did is written down."""
        _people.join(timeout=_ENDS_WITHIN)
        _people.kill()
        lines = [json.dumps(self._did.get(number, [])) for number in range(len(settings.ARRIVALS))]
        (settings.FOLDER / "actions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
