"""Describes an exception by the names that OpenTelemetry's conventions have for it, in spans and in logs alike."""

import traceback

__all__ = ["exception_attributes", "qualified_name"]


def qualified_name(kind: type[BaseException]) -> str:
    """The class with its module, as in `asyncpg.exceptions.UniqueViolationError`; Python's own stand alone."""
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def exception_attributes(error: BaseException, *, stacktrace: bool = True) -> dict[str, str]:
    """Return `exception.type`, `exception.message` and `exception.stacktrace`, even where `str(error)` fails.

    stacktrace: without it there is none, which costs much less.
    """
    try:
        message = str(error)
    except Exception:
        message = f"<{type(error).__name__}>"
    attributes = {"exception.type": qualified_name(type(error)), "exception.message": message}
    if stacktrace:
        attributes["exception.stacktrace"] = "".join(traceback.format_exception(error))
    return attributes
