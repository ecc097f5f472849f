"""The one error that people read, and a plain reason for what libraries and the system raise."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_ERRNO = re.compile(r"\[Errno -?\d+\] ")


class ShopError(Exception):
    """Something that the user can mend: what happened, and what to do about it."""

    code = 1  # of the command that ends by it

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(ShopError):
    """A command was used wrongly: a name that does not exist, an option where it has no meaning."""

    code = 2


class NoPlatformError(ShopError):
    """The command needs a platform, and none was started here yet."""

    def __init__(self) -> None:
        super().__init__("There is no platform here.", "Start it: ./shop up")


def reason(error: BaseException) -> str:
    """Why something failed, in words: `connection refused`, not `[Errno 111]` and not the name of a class."""
    for cause in _causes(error):
        if isinstance(cause, TimeoutError):
            return "there was no answer in time"
        number = getattr(cause, "errno", None) or next(
            (part for part in cause.args if isinstance(part, int)), None
        )
        if isinstance(cause, OSError) and isinstance(number, int) and number > 0:
            file = f": {cause.filename}" if getattr(cause, "filename", None) else ""
            return f"{os.strerror(number).lower()}{file}"
    lines = _ERRNO.sub("", str(error)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it, the deepest first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        inner = getattr(current, "reason", None)
        current = inner if isinstance(inner, BaseException) else current.__cause__ or current.__context__
    yield from reversed(chain)
