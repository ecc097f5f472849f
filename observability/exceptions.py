"""Describes an exception by the names that OpenTelemetry's conventions have for it, in spans and in logs alike."""

import traceback

__all__ = ["exception_attributes", "qualified_name", "unmarked_stack"]


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


def unmarked_stack(error: BaseException) -> str:
    """The traceback without the marks below its lines. To find their places Python parses the lines."""
    stack = traceback.extract_tb(error.__traceback__)
    places = [(each.filename, each.lineno or 0, each.name, each.line) for each in stack]
    lines = [*traceback.format_list(places), *traceback.format_exception_only(error)]
    return "Traceback (most recent call last):\n" + "".join(lines)
