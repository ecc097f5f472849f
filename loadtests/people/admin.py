"""The seeded admin."""

from __future__ import annotations

from loadtests import settings
from loadtests.accounts import Account
from loadtests.people.member import Member

__all__ = ["Admin"]


class Admin(Member):
    """Comes with an account that is there from the beginning."""

    abstract = True

    def make_account(self) -> Account:
        """The seeded admin's; it is not kept with the customers'."""
        return Account("admin@example.com", settings.admin_password(), id="admin")
