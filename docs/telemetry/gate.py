"""Holds what processes really wrote to the registry: spans, metrics and log lines. A fault is one line of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from docs.telemetry.conventions import published
from docs.telemetry.registry import Attribute, Group, Registry, registry

CONTEXT = "log.context"
SCHEMA_URL = f"https://opentelemetry.io/schemas/{published()['version']}"
_EXEMPLAR = {"trace_id", "span_id"}
_OF_SAMPLE = {"le", "quantile"}
_MTAIL = "defined at "  # mtail has no help texts of ours
_JSON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "double": (float, int),
    "boolean": (bool,),
    "string[]": (list,),
}
_NARROWER = {"double": ("int",)}  # JavaScript has one type of numbers
_OTLP = {"string_value": "string", "int_value": "int", "double_value": "double", "bool_value": "boolean"}


class Gate:
    """The registry, ready to be asked."""

    def __init__(self, known: Registry | None = None) -> None:
        self._known = known or registry()
        self._resource = self._known.group("resource.shop").attributes
        self._page = self._known.group("resource.shop.browser").attributes
        self._context = self._known.group(CONTEXT).attributes
        self._spans: dict[tuple[str, bool], list[Group]] = {}
        for group in self._known.of_type("span"):
            self._spans.setdefault((group.raw["span_kind"], group.of_browser), []).append(group)
        self._families = {_family(name, group): group for name, group in self._known.metrics.items()}

    def resource(self, attributes: Iterable[KeyValue], *, browser: bool = False) -> Iterator[str]:
        """Faults of a resource, which has all attributes of its group. browser: whether it is a page."""
        known, given = self._page if browser else self._resource, list(attributes)
        if missing := known.keys() - {attribute.key for attribute in given}:
            yield f"resource: without {sorted(missing)}"
        yield from _attributes("resource", given, known)

    def span(self, span: Span, made_by: ScopeSpans | None = None, *, browser: bool = False) -> Iterator[str]:
        """Faults of a span: its name and kind, its attributes, its events, and the scope that it was made by."""
        kind = Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower()
        named = [group for group in self._spans.get((kind, browser), ()) if _is_named(span, group)]
        made = [group for group in named if made_by is not None and group.scope == made_by.scope.name]
        group = next(iter(made or named), None)
        place = f"span {span.name!r} ({kind})"
        if group is None:
            keys = sorted(attribute.key for attribute in span.attributes)
            yield f"{place}: no span of the registry has such a name and kind; its attributes: {keys}"
            return
        yield from _attributes(place, span.attributes, group.attributes)
        if made_by is not None and not browser:
            yield from _scope(place, made_by, group)
        for event in span.events:
            known = self._known.events.get(event.name)
            if known is None:
                yield f"{place}: unknown event {event.name}"
            else:
                yield from _attributes(f"{place}, event {event.name}", event.attributes, known.attributes)

    def exposition(self, text: str, content_type: str, foreign: tuple[str, ...] = ()) -> Iterator[str]:
        """Faults of what `/metrics` answered. foreign: how names begin that another program counts of itself."""
        parse = openmetrics if content_type.startswith("application/openmetrics-text") else plain
        for family in parse(text):
            group = self._families.get(family.name)
            if foreign and family.name.startswith(foreign):
                continue
            if group is None:
                yield f"metric {family.name}: not in the registry"
            else:
                yield from _metric(family, group)

    def line(self, record: Mapping[str, Any], libraries: Iterable[str] = ()) -> Iterator[str]:
        """Faults of a log line; null is nothing, and not of a wrong type.

        libraries: first words of loggers whose events are their own words.
        """
        event = self._known.events.get(str(record.get("event")))
        place = f"log event {record.get('event')!r}"
        if missing := self._context.keys() - record.keys():
            yield f"{place}: without {sorted(missing)}"
        if event is None:
            if str(record.get("logger")).split(".")[0] not in libraries:
                yield f"{place}: not in the registry"
            return
        known = {**event.attributes, **self._context}
        for key, value in record.items():
            if key not in known:
                yield f"{place}: unknown key {key}"
            elif not _is_json(value, known[key].type) and (value is not None or key in self._context):
                yield f"{place}: {key} is {type(value).__name__}, not {known[key].type}"


def _is_named(span: Span, group: Group) -> bool:
    given = {attribute.key: _text(attribute.value) for attribute in span.attributes}
    return any(_pattern(form, given, group).fullmatch(span.name) for form in group.span_names)


def _pattern(form: str, given: Mapping[str, str], group: Group) -> re.Pattern[str]:
    """A form with the attributes put in; one that the span has not fits no name."""
    parts = re.split(r"\{([^}]+)\}", form)
    for index in range(1, len(parts), 2):
        name = parts[index]
        parts[index] = re.escape(given.get(name, "\0")) if name in group.attributes else ".+"
    parts[::2] = map(re.escape, parts[::2])
    return re.compile("".join(parts))


def _scope(place: str, made_by: ScopeSpans, group: Group) -> Iterator[str]:
    scope = made_by.scope
    if scope.name != group.scope or not scope.version or made_by.schema_url != SCHEMA_URL:
        found = f"{scope.name} {scope.version} {made_by.schema_url}"
        yield f"{place}: its scope is {found!r}, not {group.scope!r} with a version and {SCHEMA_URL}"


def _attributes(place: str, given: Iterable[KeyValue], known: Mapping[str, Attribute]) -> Iterator[str]:
    for attribute in given:
        found = known.get(attribute.key)
        if found is None:
            yield f"{place}: unknown attribute {attribute.key}"
        elif (kind := _kind(attribute.value)) not in (found.type, *_NARROWER.get(found.type, ())):
            yield f"{place}: {attribute.key} is {kind}, not {found.type}"


def _kind(value: AnyValue) -> str:
    which = value.WhichOneof("value")
    if which == "array_value":
        kinds = {_kind(item) for item in value.array_value.values}
        return f"{kinds.pop() if len(kinds) == 1 else 'any'}[]"
    return _OTLP.get(str(which), str(which))


def _text(value: AnyValue) -> str:
    return str(getattr(value, str(value.WhichOneof("value"))))


def _family(name: str, group: Group) -> str:
    """The parsers leave out `_total`."""
    return name.removesuffix("_total") if group.exposed_type == "counter" else name


def _metric(family: Metric, group: Group) -> Iterator[str]:
    place = f"metric {family.name}"
    if family.type != group.exposed_type:
        yield f"{place}: is a {family.type}, not a {group.exposed_type}"
    if not family.documentation.startswith(_MTAIL) and family.documentation != group.brief:
        yield f"{place}: its help is {family.documentation!r}, not the registry's {group.brief!r}"
    labels = {attribute.label for attribute in group.attributes.values()}
    for sample in family.samples:
        given = sample.labels.keys() - _OF_SAMPLE
        if given != labels:
            yield f"{place}: has labels {sorted(given)}, not {sorted(labels)}"
        if sample.exemplar is not None and sample.exemplar.labels.keys() != _EXEMPLAR:
            yield f"{place}: has an exemplar with {sorted(sample.exemplar.labels)}"


def _is_json(value: Any, kind: str) -> bool:
    if kind == "any":
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _JSON[kind])
