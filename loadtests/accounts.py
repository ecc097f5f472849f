"""Accounts of users, kept in a file: they are registered once, and log in only when their token is old."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from loadtests import crew, settings

__all__ = ["Account", "load", "save"]

_EARLY = 120.0  # seconds before its end at which a token is renewed


@dataclass
class Account:
    """A customer, or the admin."""

    email: str
    password: str
    id: str = ""  # "" until it is registered
    token: str = ""
    expires: float = 0.0  # Unix time

    @property
    def is_fresh(self) -> bool:
        """Whether its token will last for a while."""
        return time.time() < self.expires - _EARLY


def load(number: int) -> Account:
    """The account of user `number`, made up when there is none yet."""
    known = _known()
    while len(known) <= number:
        known.append(Account(f"load-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(16)))
    return known[number]


def save() -> None:
    """Keep what is registered for the next run; only for the eyes of who runs it."""
    text = json.dumps([asdict(account) for account in _known()], indent=1)
    part = _file().with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(_file())


def _file() -> Path:
    """Each worker has its own."""
    return settings.FOLDER / (f"accounts-{crew.number(0)}.json" if crew.number(0) else "accounts.json")


@cache
def _known() -> list[Account]:
    try:
        return [Account(**entry) for entry in json.loads(_file().read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
