"""Lets people in when they are due, whoever is still there: an open model.

In a closed model a slow shop is asked less often, because everybody waits for an answer before asking again:
the worst moments are measured the least (coordinated omission). Here nobody waits for those who came before.
What is late nevertheless, since the load itself has too much to do, is measured and counts as the shop's delay.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable

import gevent
from gevent.pool import Group, Pool
from locust import User, task
from locust.env import Environment
from locust.exception import RescheduleTask, StopUser

from loadtests import actions, crew, kinds, settings, steps
from loadtests.arrivals import Arrival
from loadtests.outcomes import note
from loadtests.people.person import Person

__all__ = ["Gate", "close", "inside"]

_MOST = 400  # people who are inside at once: more than that is no load any more, but a queue of our own
_ENDS_WITHIN = 35.0  # seconds for those inside, when the run is ended early
_log = logging.getLogger(__name__)
_people: Pool = Pool()
_is_closed = False


def inside() -> int:
    """How many people are inside."""
    return len(_people)


def close() -> None:
    """Let nobody in any more."""
    global _is_closed  # all gates of this process
    _is_closed = True


class Gate(User):
    """There is one for each worker. The first also has those of whom there is exactly one."""

    fixed_count = settings.WORKERS

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._due: deque[tuple[int, Arrival]] = deque()
        self._free: defaultdict[str, list[Person]] = defaultdict(list)
        self._single: list[Person] = []
        self._running: Group = Group()
        self._began = time.time()

    def wait_time(self) -> float:
        """The seconds until the next one is due."""
        return max(0.0, self._began + self._due[0][1].at - time.time()) if self._due else 0.0

    def on_start(self) -> None:
        """The plan begins now."""
        global _is_closed
        share = crew.take_share(self.environment)
        self._due.extend(one for one in enumerate(settings.ARRIVALS) if one[0] % settings.WORKERS == share)
        _is_closed, self._began = False, time.time()
        for kind in settings.SCENARIO.single if share == 0 else ():
            self._single.append(self._made(kind))
            self._single[-1].start(self._running)
        gevent.sleep(self.wait_time())

    @task
    def let_in(self) -> None:
        """The next one; after the last one, wait for those inside and leave."""
        if not self._due or _is_closed or self._is_lost(self._due[0][1].stage):
            _people.join()
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

    def _is_lost(self, stage: int) -> bool:
        """A worker does not know: what it has seen is with its master, who closes the gate."""
        return not crew.is_worker(self.environment) and steps.are_lost(stage)

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
            actions.did(number, person.did)
            free.append(person)

    def _new(self, kind: str) -> Person:
        person = self._made(kind)
        person.on_start()
        return person

    def _made(self, kind: str) -> Person:
        its_class = kinds.named(kind)
        its_class.host = self.environment.host
        return its_class(self.environment)

    def on_stop(self) -> None:
        """Those inside end what they do."""
        for person in self._single:
            person.stop(force=False)
        gevent.joinall([*_people, *self._running], timeout=_ENDS_WITHIN)
        for group in (_people, self._running):
            group.kill()
