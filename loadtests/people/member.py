"""Somebody with an account."""

from __future__ import annotations

import time

from locust.exception import RescheduleTask

from loadtests import accounts
from loadtests.accounts import Account
from loadtests.people.person import Person

__all__ = ["Member"]

_UNKNOWN = "unknown"  # the id of an account that is registered


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

        An email that is taken is one's own: an answer can be lost after the account was made.

        Raises `RescheduleTask` when that is refused, which has been counted: what follows would be, too.
        """
        credentials = {"email": self.account.email, "password": self.account.password}
        if not self.account.id:
            with self.journey("register"):
                made = self.call("POST", "/api/users/register", 201, 409, body=credentials)
                self.account.id = made["id"] if self.status == 201 else _UNKNOWN
            accounts.save()
        if self.account.id and not self.account.is_fresh:
            with self.journey("log in"):
                session = self.call("POST", "/api/users/login", body=credentials)
                self.account.token = session["token"]
                self.account.expires = time.time() + session["expiresIn"]
                if self.account.id == _UNKNOWN:
                    token = {"Authorization": f"Bearer {self.account.token}"}
                    self.account.id = self.call("GET", "/api/users/profile", **token)["id"]
            accounts.save()
        if time.time() >= self.account.expires:
            raise RescheduleTask
        self.headers["Authorization"] = f"Bearer {self.account.token}"
