"""What all people do alike: come from an address of their own, be traced, and be strict about answers."""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import locust
from locust import FastHttpUser, between
from locust.env import Environment

from loadtests import faults, settings, spans
from loadtests.address import FromAddress, loopback
from loadtests.outcomes import note

__all__ = ["GivenUpError", "Person"]

_TIMEOUT = 20.0  # seconds; the gateway itself gives up after 15
_FAULTS = settings.FOLDER / "fault.json"
_log = logging.getLogger(__name__)
_numbers = itertools.count()
_left: list[int] = []  # numbers of those who went


class GivenUpError(Exception):
    """An answer was not as it should be: the rest of the journey makes no sense. It has been counted."""


class Person(FastHttpUser):
    """Somebody at the gateway."""

    abstract = True
    wait_time = between(0.5, 2)

    def __init__(self, environment: Environment) -> None:
        self.number = _left.pop() if _left else next(_numbers)
        self.connections = FromAddress(
            loopback(self.number), network_timeout=_TIMEOUT, connection_timeout=5, concurrency=1
        )
        self.client_pool = self.connections
        super().__init__(environment)
        # Natively the connection says it; containers, which see all of this machine as one, may take our word.
        # The agent marks what this causes as a test (`user_agent.synthetic.type`).
        agent = f"locust/{locust.__version__}"
        self.headers = {"X-Forwarded-For": loopback(self.number), "User-Agent": agent}

    def on_stop(self) -> None:
        """Leave one's address to the next."""
        self.connections.close()
        _left.append(self.number)

    @contextmanager
    def journey(self, name: str) -> Iterator[spans.Span]:
        """All calls inside are one trace, whose root is this user. Ends early when an answer is wrong."""
        span = spans.Span(name)
        self.headers["traceparent"] = span.traceparent
        try:
            yield span
        except GivenUpError as error:
            span.error = str(error)
            note(f"{name}: given up")
        else:
            note(name)
        finally:
            del self.headers["traceparent"]
            spans.export(span)

    def call(
        self, method: str, path: str, *expected: int, name: str = "", body: object = None, **headers: str
    ) -> Any:
        """One request; the JSON of its answer, None if it has none. Any status but the expected is a failure.

        Raises `GivenUpError`, also when an announced fault explains the status, which then is no failure.
        """
        name = name or path
        right = expected or (200,)
        began = time.time()
        with self.client.request(
            method, path, name=name, json=body, headers={**self.headers, **headers}, catch_response=True
        ) as answer:
            status = answer.status_code
            wrong = status not in right
            excused = wrong and faults.explains(_FAULTS, began, status)
            if not wrong or excused:
                answer.success()
            else:
                request_id = (answer.headers or {}).get("X-Request-ID", "")
                _log.warning("%s %s: %s, request id %s: %s", method, name, status, request_id, answer.text)
                problem = answer.error if status == 0 else f"instead of {' or '.join(map(str, right))}"
                answer.failure(f"{status} {problem}")
        if wrong:
            note(f"{method} {name}: {status}" + (" (a fault was announced)" if excused else ""))
            raise GivenUpError(f"{method} {name}: {status}")
        self.status = status
        self.answered = answer.headers or {}
        return json.loads(answer.text) if answer.text else None

    def waited(self, what: str, began: float, problem: str = "") -> None:
        """Report a wait that is over, since `began` (Unix time): right, or with a problem.

        Raises `GivenUpError` when there is one.
        """
        excused = bool(problem) and faults.explains(_FAULTS, began, 0)
        self.environment.events.request.fire(
            request_type="WAIT",
            name=what,
            response_time=(time.time() - began) * 1000,
            response_length=0,
            exception=GivenUpError(problem) if problem and not excused else None,
            context={},
        )
        if problem:
            raise GivenUpError(f"{what}: {problem}")
