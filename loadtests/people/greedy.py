"""Somebody who asks for more than the gateway gives."""

from __future__ import annotations

import time

from gevent.pool import Pool
from locust import between, task
from locust.env import Environment

from loadtests.limits import LIMITS, allowed
from loadtests.outcomes import note
from loadtests.people.member import Member

__all__ = ["Greedy"]


class Greedy(Member):
    """There is one. For this customer a 429 is right, if it comes when it should."""

    wait_time = between(1, 2)
    at_once = 10  # one after the other would be too slow for the higher limits

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._left = list(LIMITS)

    @task
    def ask(self) -> None:
        """Take the next limit, each once, and hold it to its word."""
        if not self._left:
            return
        limit = self._left.pop(0)
        # Each time, and before a login, which the limit before may have used up: a new address has its own.
        self.go_far()
        if limit.with_token:
            self.stay_logged_in()
        token = {"Authorization": self.headers["Authorization"]} if limit.with_token else {"Authorization": ""}
        name = f"{limit.path} (greedy: {limit.name})"
        with self.journey("greedy"):
            began = time.time()

            def ask(_: int) -> tuple[int, str]:
                self.call(limit.method, limit.path, limit.right, 429, name=name, body=limit.body, **token)
                return self.status, self.answered.get("Retry-After", "")

            answers = Pool(self.at_once).map(ask, range(limit.asked))
            let_through = sum(status != 429 for status, _ in answers)
            problem = next(filter(None, (_fault_of(pause) for status, pause in answers if status == 429)), "")
            least, most = allowed(limit, time.time() - began)
            note(f"{limit.name}: let through", let_through)
            note(f"{limit.name}: refused", limit.asked - let_through)
            if not least <= let_through <= most:
                problem = f"{let_through} of {limit.asked} were let through, instead of {least} to {most}"
            elif let_through == limit.asked:
                problem = "the load was too slow to meet the limit"
            self.waited(f"limit: {limit.name}", began, problem)


def _fault_of(retry_after: str) -> str:
    return "" if retry_after.isdecimal() and int(retry_after) >= 1 else f"a 429 with Retry-After: {retry_after!r}"
