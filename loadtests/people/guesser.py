"""Somebody without good intentions."""

from __future__ import annotations

import time
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from locust import between, task

from loadtests.outcomes import note
from loadtests.people.person import Person

__all__ = ["Guesser"]

_GUESSES = 40  # twice what the gateway lets an address do at once


class Guesser(Person):
    """There is one. Only here is being refused a success."""

    wait_time = between(10, 15)

    def on_start(self) -> None:
        """Begin with a burst, so that a short run has one, from where nobody logs in after it."""
        self.go_far()
        self.guess()
        self.forge()

    @task
    def guess(self) -> None:
        """Passwords, faster than the gateway lets one: some guesses must be refused."""
        body = {"email": "nobody@example.com", "password": "a wrong guess"}
        with self.journey("burst"):
            refused = 0
            for _ in range(_GUESSES):
                self.call("POST", "/api/users/login", 401, 429, name="/api/users/login (burst)", body=body)
                refused += self.status == 429
            note("burst: refused by a limit", refused)
            if not refused:
                self.waited("burst is refused", time.time(), "every guess was let through")

    @task
    def forge(self) -> None:
        """A token signed with a key that nobody knows: the services fetch the keys again."""
        key = Ed25519PrivateKey.generate()
        token = jwt.encode({"sub": "x"}, key, algorithm="EdDSA", headers={"kid": uuid.uuid4().hex})
        with self.journey("forged token"):
            for path in ("/api/orders/1", "/api/payments/1"):
                self.call("GET", path, 401, name=f"{path} (forged)", Authorization=f"Bearer {token}")
