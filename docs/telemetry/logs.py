"""Finds every log event: its name, levels, fields, logger and module."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from docs.telemetry.source import EXCEPTION, ROOT, Call, calls, last

GATEWAY = "Gateway"
LOG_FORMAT = "gateway/log.conf.template"
# Before a request or a trace there is none of these; every line has them all the same.
CONTEXT = {"timestamp", "level", "service", "event", "logger", "request_id", "trace_id", "span_id", "trace_flags"}
_LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


@dataclass
class LogEvent:
    """A kind of log line, as one part writes it."""

    part: str
    name: str
    levels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    loggers: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


def events() -> list[LogEvent]:
    """Every log event, in the order of the parts and then by name. Raises UnreadableError."""
    found: dict[tuple[str, str], LogEvent] = {}
    for call in calls():
        if (position := _position(call)) is None:
            continue
        name = call.text(position)
        event = found.setdefault((call.part, name), LogEvent(call.part, name))
        event.levels |= _levels(call)
        event.fields |= _fields(call)
        event.loggers.add(_logger(call))
        event.modules.add(call.module)
    parts = list(dict.fromkeys(part for part, _ in found))
    return [*sorted(found.values(), key=lambda e: (parts.index(e.part), e.name)), _gateway()]


def _position(call: Call) -> int | None:
    """Where a call that logs has the event's name; None for any other call."""
    if not isinstance(call.node.func, ast.Attribute) or call.name not in _LEVELS:
        return None
    receiver = call.node.func.value
    if last(receiver) not in {"_log", "log", "logger"} and not _is_get_logger(receiver):
        return None
    return 1 if call.name == "log" else 0


def _is_get_logger(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last(node.func) in {"get_logger", "getLogger"}


def _levels(call: Call) -> set[str]:
    if call.name == "log":
        return _words(call.node.args[0])
    return {"error" if call.name == "exception" else call.name}


def _words(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _words(node.body) | _words(node.orelse)
    return {str(node.value) if isinstance(node, ast.Constant) else last(node).lower()}


def _fields(call: Call) -> set[str]:
    found = set(EXCEPTION) if call.name == "exception" else set()
    for keyword in call.node.keywords:
        if keyword.arg == "exc_info":
            found |= EXCEPTION
        elif keyword.arg is None:
            found |= call.keys(keyword.value)
        elif keyword.arg != "level":
            found.add(keyword.arg)
    return found - CONTEXT


def _logger(call: Call) -> str:
    receiver = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    makers = [receiver] if receiver and _is_get_logger(receiver) else ast.walk(call.tree)
    names = [node.args[0] for node in makers if isinstance(node, ast.Call) and _is_get_logger(node)]
    return str(ast.literal_eval(names[0]))


def _gateway() -> LogEvent:
    """The access log: its keys and levels are in the template of the log's format."""
    template = (ROOT / LOG_FORMAT).read_text(encoding="utf-8")
    levels = re.findall(r"(\w+);", re.findall(r"\$log_level \{(.*?)\}", template, re.DOTALL)[0])
    keys = set(re.findall(r'"(\w+)":', template)) - CONTEXT
    name = re.findall(r'"event":"([^"]+)"', template)[0]
    return LogEvent(GATEWAY, name, set(levels), keys, {"nginx"}, {LOG_FORMAT.rsplit("/", 1)[1]})
