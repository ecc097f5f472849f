"""Finds what our own code puts into traces: spans, their attributes and events, and the resource."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from docs.telemetry.source import EXCEPTION, Call, calls, last

_HELPERS = ("Every service", "tracing.py")  # takes names from its callers


@dataclass
class Span:
    """A kind of span, or an event on a span (then without a kind)."""

    part: str
    name: str  # `{...}` stands for what is put in
    kind: str
    module: str
    attributes: set[str] = field(default_factory=set)


@dataclass
class Traced:
    """All of it. attributes: where each is set, part by part."""

    spans: list[Span] = field(default_factory=list)
    events: list[Span] = field(default_factory=list)
    attributes: dict[str, set[str]] = field(default_factory=dict)
    resource: set[str] = field(default_factory=set)


def traced() -> Traced:
    """Read the code. Raises UnreadableError."""
    found = Traced()
    for call in calls():
        if call.name == "create" and isinstance(call.node.func, ast.Attribute):
            if last(call.node.func.value) == "Resource":
                found.resource |= call.keys(call.node.args[0])
        elif call.name == "add_event" and isinstance(call.node.func, ast.Attribute):
            keys = EXCEPTION if call.text(0) == "exception" else call.keys(call.node.args[1])
            found.events.append(Span(call.part, call.text(0), "", call.module, set(keys)))
        elif (call.part, call.module) == _HELPERS:
            continue
        elif call.name in {"span_from", "start_as_current_span", "start_span"}:
            span = _span(call)
            found.spans.append(span)
            _put(found, call, span.attributes)
        elif call.name == "annotate":
            _put(found, call, {k.arg.replace("_", ".") for k in call.node.keywords if k.arg})
        elif call.name == "set_attribute":
            _put(found, call, {call.text(0)})
    return found


def _span(call: Call) -> Span:
    kind, attributes = call.argument(99, "kind"), call.argument(99, "attributes")
    return Span(
        call.part,
        call.text(1 if call.name == "span_from" else 0, "name"),
        last(kind) if kind else "INTERNAL",
        call.module,
        call.keys(attributes) if attributes else set(),
    )


def _put(found: Traced, call: Call, names: set[str]) -> None:
    for name in names:
        found.attributes.setdefault(name, set()).add(call.part)
