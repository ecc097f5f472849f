"""Somebody with an account."""

from __future__ import annotations

import time

from loadtests import accounts
from loadtests.accounts import Account
from loadtests.people.person import Person

__all__ = ["Member"]


class Member(Person):
    """Logged in while there."""

    abstract = True
    account: Account

    def make_account(self) -> Account:
        """The account of this user; register it unless that was done in an earlier run."""
        account = accounts.load(self.number)
        if not account.id:
            credentials = {"email": account.email, "password": account.password}
            with self.journey("register"):
                account.id = self.call("POST", "/api/users/register", 201, body=credentials)["id"]
            accounts.save()
        return account

    def on_start(self) -> None:
        """Have an account, and a token."""
        self.account = self.make_account()
        self.stay_logged_in()

    def stay_logged_in(self) -> None:
        """Log in when the token is old."""
        if not self.account.is_fresh:
            credentials = {"email": self.account.email, "password": self.account.password}
            with self.journey("log in"):
                session = self.call("POST", "/api/users/login", body=credentials)
                self.account.token = session["token"]
                self.account.expires = time.time() + session["expiresIn"]
            accounts.save()
        self.headers["Authorization"] = f"Bearer {self.account.token}"
