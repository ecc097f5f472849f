"""The one error that the native run raises for people to read."""

from __future__ import annotations


class ShopError(Exception):
    """Something that the user can mend: what happened, and what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message
