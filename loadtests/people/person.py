"""What all people do alike: come from an address of their own, be traced, and be strict about answers."""

from __future__ import annotations

import itertools
import json
import logging
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import gevent
import locust
from locust import FastHttpUser, between
from locust.env import Environment

from loadtests import crew, faults, settings, spans, timeline
from loadtests.address import FromAddress, loopback
from loadtests.arrivals import Arrival
from loadtests.outcomes import ASKED_TO_WAIT, note

__all__ = ["GivenUpError", "Person"]

_PATIENCE = 45.0  # seconds for which a request is sent again, when the answers ask to wait
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_FAR = 200_000  # numbers of addresses that nobody has by himself
_TIMEOUT = 20.0  # seconds; the gateway itself gives up after 15
_FAULTS = settings.FOLDER / "fault.json"
_log = logging.getLogger(__name__)
_UPKEEP = ("register", "log in", "tidy up")  # journeys that depend on what the last run left
_numbers = itertools.count()
T = TypeVar("T")
_left: list[int] = []  # numbers of those who went


def _pause(headers: Mapping[str, str]) -> float | None:
    """The seconds that an answer asks to wait; None when it does not."""
    seconds = headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None


class GivenUpError(Exception):
    """An answer was not as it should be: the rest of the journey makes no sense. It has been counted."""


class Person(FastHttpUser):
    """Somebody at the gateway."""

    abstract = True
    wait_time = between(0.5, 2)
    at_once = 1  # connections

    def __init__(self, environment: Environment) -> None:
        self.number = _left.pop() if _left else crew.number(next(_numbers))
        self.connections = FromAddress(
            loopback(self.number), network_timeout=_TIMEOUT, connection_timeout=5, concurrency=self.at_once
        )
        self.client_pool = self.connections
        super().__init__(environment)
        # Natively the connection says it; containers, which see all of this machine as one, may take our word.
        # The agent marks what this causes as a test (`user_agent.synthetic.type`).
        agent = f"locust/{locust.__version__}"
        self.headers = {"X-Forwarded-For": loopback(self.number), "User-Agent": agent}
        self.random = random.Random(f"{settings.SEED}:{self.number}")  # everything that they choose
        self.did: list[str] = []  # since they arrived
        self.stage: int | None = None
        self._late = 0.0  # seconds for which nobody let them in

    def arrive(self, arrival: Arrival, due: float) -> None:
        """Come for a visit that was due then (Unix time)."""
        self.random.seed(arrival.seed)
        self.did, self.stage = [], arrival.stage
        self._late = time.time() - due
        self._measured("WAIT", "late", self._late)

    def pick(self, among: Sequence[T]) -> T:
        """One of them; the same in each run with the same seed."""
        return self.random.choice(among)

    def context(self) -> dict[str, Any]:
        """What Locust tells with each request."""
        return {"stage": self.stage}

    def go_far(self) -> None:
        """Come from an address that no other person has, also in a later run: being refused there hurts nobody."""
        address = loopback(_FAR + self.random.randrange(_FAR))
        self.connections.move(address)
        self.headers["X-Forwarded-For"] = address

    def on_stop(self) -> None:
        """Leave one's address to the next."""
        self.connections.close()
        _left.append(self.number)

    @contextmanager
    def journey(self, name: str) -> Iterator[spans.Span]:
        """All calls inside are one trace, whose root is this user. Ends early when an answer is wrong."""
        span, began = spans.Span(name), time.time()
        self.headers["traceparent"] = span.traceparent
        if name not in _UPKEEP:
            self.did.append(name)
        try:
            yield span
        except GivenUpError as error:
            span.error = str(error)
            note(f"{name}: given up")
        except gevent.GreenletExit:  # the run ends, and waits no longer
            span.error = "cut off"
            note(f"{name}: cut off")
            raise
        else:
            note(name)
            self._measured("JOURNEY", name, time.time() - began + self._late)
        finally:
            del self.headers["traceparent"]
            spans.export(span)
            timeline.journey_ended(name, span.trace_id, time.time() - began, span.error)

    def call(
        self, method: str, path: str, *expected: int, name: str = "", body: object = None, **headers: str
    ) -> Any:
        """One request; the JSON of its answer, None if it has none. Any status but the expected is a failure.

        A 503 with Retry-After is no failure but an order to wait. Where nothing can happen twice, the request is
        sent again after that time, for as long as `_PATIENCE`; otherwise the journey ends here.

        Raises `GivenUpError`, also when an announced fault explains the status, which then is no failure.
        """
        name, right = name or path, expected or (200,)
        if path.startswith("/api/products"):
            self.did.append(f"{method} {path}")
        deadline = time.time() + _PATIENCE
        while True:
            began = time.time()
            with self.client.request(
                method, path, name=name, json=body, headers={**self.headers, **headers}, catch_response=True
            ) as answer:
                status, self.answered = answer.status_code, answer.headers or {}
                wrong = status not in right
                excused = wrong and faults.explains(_FAULTS, began, status)
                pause = _pause(self.answered) if status == 503 and wrong and not excused else None
                if not wrong or excused or pause is not None:
                    answer.success()
                else:
                    request_id = self.answered.get("X-Request-ID", "")
                    _log.warning("%s %s: %s, request id %s: %s", method, name, status, request_id, answer.text)
                    problem = answer.error if status == 0 else f"instead of {' or '.join(map(str, right))}"
                    answer.failure(f"{status} {problem}")
            if pause is None:
                break
            note(ASKED_TO_WAIT)
            again = method in _REPEATABLE or "Idempotency-Key" in headers
            if not again or time.time() + pause > deadline:
                break
            gevent.sleep(pause)
        if wrong:
            why = " (a fault was announced)" if excused else " (it asked to wait)" if pause is not None else ""
            note(f"{method} {name}: {status}{why}")
            raise GivenUpError(f"{method} {name}: {status}")
        self.status = status
        return json.loads(answer.text) if answer.text else None

    def waited(self, what: str, began: float, problem: str = "") -> None:
        """Report a wait that is over, since `began` (Unix time): right, or with a problem.

        Raises `GivenUpError` when there is one.
        """
        excused = bool(problem) and faults.explains(_FAULTS, began, 0)
        self._measured("WAIT", what, time.time() - began, "" if excused else problem)
        if problem:
            raise GivenUpError(f"{what}: {problem}")

    def _measured(self, kind: str, name: str, seconds: float, problem: str = "") -> None:
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=seconds * 1000,
            response_length=0,
            exception=GivenUpError(problem) if problem else None,
            context=self.context(),
        )
