"""JSON logs, one object a line on stdout, for our own records and those of every library alike."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor

from observability import request_id
from observability.exceptions import exception_attributes, qualified_name, unmarked_stack
from observability.lines import render, stdout
from observability.redaction import redact_event

__all__ = ["RequestLog", "get_logger", "log_loop_errors", "setup_logging"]

_NOISY = ("aio_pika", "aiormq", "httpx", "httpcore", "pymongo", "alembic", "urllib3", "asyncio")

_stack = structlog.processors.StackInfoRenderer()
_LEVELS = {"warn": "warning", "exception": "error", "fatal": "critical"}
_NUMBERS = {name.lower(): number for name, number in logging.getLevelNamesMapping().items()}
_NAME = "logger_name"  # until the line is made: structlog keeps `logger` for itself


class _Complete:
    """structlog processor: the keys that every line has, and an exception as text."""

    service = ""
    threshold = 0

    def wanted(self, _logger: Any, method: str, event: EventDict) -> EventDict:
        """structlog processor: what is below the threshold of now goes no further."""
        if _NUMBERS[_LEVELS.get(method, method)] < self.threshold:
            raise structlog.DropEvent
        return event

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:
        event["level"] = _LEVELS.get(method, method)
        event["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        event["service"] = self.service
        event["logger"] = event.pop(_NAME, "root")
        if "request_id" not in event:
            event["request_id"] = request_id.current()
        if "trace_id" not in event:
            span = trace.get_current_span().get_span_context()
            valid = span.is_valid
            event["trace_id"] = f"{span.trace_id:032x}" if valid else ""
            event["span_id"] = f"{span.span_id:016x}" if valid else ""
            event["trace_flags"] = f"{span.trace_flags:02x}" if valid else ""
        if "stack_info" in event:
            event = _stack(logger, method, event)
        if "exc_info" in event:
            event.update(_exception(event.pop("exc_info")))
        return event


_complete = _Complete()


class RequestLog:
    """Writes lines at level info past structlog, at a third of its price: for what every request writes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def info(self, event: str, **fields: Any) -> None:
        """fields: the ids of the request and the span among them, and no secret in what a client said."""
        if _complete.threshold > logging.INFO:
            return
        fields["event"] = event
        fields["level"] = "info"
        fields["timestamp"] = now = datetime.now(UTC)
        fields["service"] = _complete.service
        fields["logger"] = self._name
        try:
            line = orjson.dumps(fields, option=orjson.OPT_UTC_Z)
        except TypeError:  # what JSON in UTF-8 does not know, such as half of a surrogate pair
            line = render(None, "info", {**fields, "timestamp": now.isoformat()})
        stdout.write(line)


class _Stdout:
    """What structlog hands its finished lines to: errors go out at once, others at the end of the loop's turn."""

    def msg(self, line: bytes) -> None:
        stdout.write(line)

    debug = info = warning = msg

    def error(self, line: bytes) -> None:
        stdout.write(line, at_once=True)

    critical = exception = fatal = error


class _StdoutHandler(logging.Handler):
    """What the standard library hands its records to. They are few, and go out at once: a server's last ones come
    when its loop has ended, right before the signal that ends the process."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # wrong arguments, or one that cannot be shown: the line is kept all the same
            line = self.format(_without_arguments(record, error))
        stdout.write(line.encode(), at_once=True)


def _without_arguments(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    given = ", ".join(_shown(argument)[:200] for argument in list(record.args or ())[:10])
    message = f"{_shown(record.msg)} (not formatted: {type(error).__name__}; given: {given})"
    place = record.pathname, record.lineno
    return logging.LogRecord(record.name, record.levelno, *place, message, None, record.exc_info)


def _shown(value: object, show: Callable[[object], str] = str) -> str:
    """The text of a record; what it tells about must not break a log line."""
    try:
        return show(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _stdlib_name(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event[_NAME] = event["_record"].name
    return event


def _exception(given: Any) -> dict[str, str]:
    """The type, the message and the traceback of an exception."""
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    return exception_attributes(error) if isinstance(error, BaseException) else {}


_CHAIN: list[Processor] = [_complete.wanted, _complete, redact_event, render]


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_stdlib_name, _complete],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact_event, _as_text],
    )


def _configure(service: str) -> None:
    """structlog's own part, which tests need without the rest."""
    _complete.service = service
    processors = structlog.get_config()["processors"]
    processors[:] = _CHAIN  # in place: loggers that were used before hold on to this list
    structlog.configure(processors=processors, logger_factory=_Stdout)


def _as_text(logger: Any, method: str, event: EventDict) -> str:
    """The standard library's handlers write text."""
    return render(logger, method, event).decode()


def setup_logging(service: str, level: str = "info") -> None:
    """Route structlog, the standard library's logging, warnings and uncaught exceptions to JSON on stdout.

    service: the value of the `service` key, by convention the compose name.
    level: lowest level that is written; chatty libraries start at warning.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    _configure(service)
    _complete.threshold = threshold
    structlog.configure(cache_logger_on_first_use=True)
    handler = _StdoutHandler()
    handler.setFormatter(_formatter())
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
    error = args.exc_value or args.exc_type()
    told = {
        "exception.type": qualified_name(type(error)),
        "exception.message": _shown(error),
        # The garbage collector may call this in the midst of Python's parser. Early versions of Python 3.11 raise
        # SystemError there when something else is parsed meanwhile.
        "exception.stacktrace": unmarked_stack(error),
    }
    get_logger("root").error("exception.unraisable", place=_shown(args.object, repr), **told)
