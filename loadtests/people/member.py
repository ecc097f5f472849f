"""Somebody with an account."""

from __future__ import annotations

import time

from locust.exception import RescheduleTask

from loadtests import accounts
from loadtests.accounts import Account
from loadtests.people.person import Person

__all__ = ["Member"]


class Member(Person):
    """Logged in while there."""

    abstract = True
    account: Account

    def make_account(self) -> Account:
        """The account of this user, registered or not."""
        return accounts.load(self.number)

    def on_start(self) -> None:
        """Come with an account."""
        self.account = self.make_account()

    def stay_logged_in(self) -> None:
        """Register if that was never done, and log in when the token is old.

        Raises `RescheduleTask` when that is refused, which has been counted: what follows would be, too.
        """
        credentials = {"email": self.account.email, "password": self.account.password}
        if not self.account.id:
            with self.journey("register"):
                self.account.id = self.call("POST", "/api/users/register", 201, body=credentials)["id"]
            accounts.save()
        if self.account.id and not self.account.is_fresh:
            with self.journey("log in"):
                session = self.call("POST", "/api/users/login", body=credentials)
                self.account.token = session["token"]
                self.account.expires = time.time() + session["expiresIn"]
            accounts.save()
        if time.time() >= self.account.expires:
            raise RescheduleTask
        self.headers["Authorization"] = f"Bearer {self.account.token}"
