"""JSON logs, one object a line on stdout, for our own records and those of every library alike."""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor

from observability import request_id
from observability.exceptions import exception_attributes
from observability.redaction import redact_event

__all__ = ["get_logger", "log_loop_errors", "setup_logging"]

_NOISY = ("aio_pika", "aiormq", "httpx", "httpcore", "pymongo", "alembic", "urllib3", "asyncio")

_NAME = "logger_name"  # until the line is made: structlog keeps `logger` for itself


class _Context:
    """structlog processor: the keys that every line has."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        span = trace.get_current_span().get_span_context()
        event["service"] = self._service
        event["logger"] = event.pop(_NAME, "root")
        event.setdefault("request_id", request_id.current())
        event.setdefault("trace_id", f"{span.trace_id:032x}" if span.is_valid else "")
        event.setdefault("span_id", f"{span.span_id:016x}" if span.is_valid else "")
        event.setdefault("trace_flags", f"{span.trace_flags:02x}" if span.is_valid else "")
        return event


def _write(line: str) -> None:
    """One line to what is `sys.stdout` now, which a test may have replaced; a reader that is gone is no error."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class _Stdout:
    """What structlog hands its finished lines to."""

    def msg(self, message: str) -> None:
        _write(message)

    debug = info = warning = error = critical = exception = fatal = msg


class _StdoutHandler(logging.Handler):
    """The same for records of the standard library."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # wrong arguments, or one that cannot be shown: the line is kept all the same
            line = self.format(_without_arguments(record, error))
        _write(line)


def _without_arguments(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    given = ", ".join(_shown(argument)[:200] for argument in list(record.args or ())[:10])
    message = f"{_shown(record.msg)} (not formatted: {type(error).__name__}; given: {given})"
    place = record.pathname, record.lineno
    return logging.LogRecord(record.name, record.levelno, *place, message, None, record.exc_info)


def _shown(value: object, show: Callable[[object], str] = str) -> str:
    """Its text; what it tells about must not break a log line."""
    try:
        return show(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _stdlib_name(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event[_NAME] = event["_record"].name
    return event


def _exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """structlog processor: an exception becomes its type, its message and its traceback."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    return {**event, **exception_attributes(error)} if isinstance(error, BaseException) else event


def _chain(service: str) -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Context(service),
        structlog.processors.StackInfoRenderer(),
        _exception,
        redact_event,
        structlog.processors.JSONRenderer(),  # ASCII: no terminal's encoding and no lone surrogate can break it
    ]


def _formatter(service: str) -> logging.Formatter:
    *shared, redact, render = _chain(service)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_stdlib_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, render],
    )


def setup_logging(service: str, level: str = "info") -> None:
    """Route structlog, the standard library's logging, warnings and uncaught exceptions to JSON on stdout.

    service: the value of the `service` key, by convention the compose name.
    level: lowest level that is written; chatty libraries start at warning.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    processors = structlog.get_config()["processors"]
    processors[:] = _chain(service)  # in place: loggers that were used before hold on to this list
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_Stdout,
        cache_logger_on_first_use=True,
    )
    handler = _StdoutHandler()
    handler.setFormatter(_formatter(service))
    logging.root.handlers = [handler]
    logging.root.setLevel(threshold)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the middleware writes the request line
    logging.captureWarnings(True)
    sys.excepthook = _log_crash
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_thread_crash


def get_logger(name: str) -> Any:
    """A structlog logger whose lines carry `logger=name`."""
    return structlog.get_logger(**{_NAME: name})


def log_loop_errors() -> None:
    """Send what the running event loop would print about lost exceptions to the logs."""

    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        get_logger("asyncio").error(
            "loop.error", message=context.get("message"), exc_info=context.get("exception")
        )

    asyncio.get_running_loop().set_exception_handler(handle)


def _log_crash(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get_logger("root").critical("process.crashed", exc_info=(kind, error, traceback))


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    if issubclass(args.exc_type, SystemExit):  # the ordinary way to end a thread
        return
    get_logger("root").critical(
        "thread.crashed",
        thread=args.thread.name if args.thread else "",
        exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback),
    )


def _log_unraisable(args: "sys.UnraisableHookArgs") -> None:
    get_logger("root").error(
        "exception.unraisable",
        place=_shown(args.object, repr),
        exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback),
    )
