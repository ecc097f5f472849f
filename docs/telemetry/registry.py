"""Reads the registry: every name that the platform's processes may write, with type, unit, stability and meaning.

`registry/*.yaml` are in the first form of the language that OpenTelemetry Weaver reads. A `ref` is a name that we
define (`id`), or one that the semantic conventions publish (conventions.json). Annotations are ours: `unit` of an
attribute; `type` where one event narrows it; `scope` of a span, the module that makes it; `names` of a span, where
`{...}` stands for the attribute of that name, or for any text when the span has no such attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from docs.telemetry.conventions import published

FOLDER = Path(__file__).with_name("registry")
_UNITS = {"s": "_seconds", "ms": "_milliseconds", "By": "_bytes"}
_Entry = Mapping[str, Any]


class RegistryError(Exception):
    """The registry contradicts itself or the conventions; the message says where."""


@dataclass(frozen=True)
class Attribute:
    """An attribute, a label or a key of a log line."""

    name: str
    type: str
    stability: str
    brief: str
    unit: str = ""
    ours: bool = True

    @property
    def label(self) -> str:
        """The attribute's name in Prometheus."""
        return self.name.replace(".", "_")


@dataclass(frozen=True)
class Group:
    """A set of attributes, a span, a metric or an event."""

    id: str
    type: str
    brief: str
    stability: str
    attributes: Mapping[str, Attribute]
    raw: _Entry

    @property
    def name(self) -> str:
        """The name of a metric or an event."""
        return str(self.raw.get("metric_name") or self.raw.get("name") or "")

    @property
    def published(self) -> bool:
        """Whether the conventions have this metric or event."""
        return self.name in published()[f"{self.type}s"]

    @property
    def exposed(self) -> str:
        """A metric's name in Prometheus: by OpenTelemetry's rules, with unit and `_total`."""
        unit = _UNITS.get(self.raw["unit"], "")
        name = self.name.replace(".", "_")
        name += "" if name.endswith(unit) else unit
        return f"{name}_total" if self.raw["instrument"] == "counter" else name

    @property
    def exposed_type(self) -> str:
        """A metric's type in Prometheus."""
        return {"updowncounter": "gauge"}.get(self.raw["instrument"], str(self.raw["instrument"]))

    @property
    def of_browser(self) -> bool:
        """Whether pages make this span."""
        return self.id.startswith("span.shop.browser.")

    @property
    def scope(self) -> str:
        """The module that makes this span, which is its instrumentation scope."""
        return str(self.raw.get("annotations", {}).get("scope", ""))

    @property
    def span_names(self) -> tuple[str, ...]:
        """Forms of a span's name."""
        return tuple(self.raw.get("annotations", {}).get("names", ()))


class Registry:
    """All groups of a folder. Raises RegistryError."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._raw = {group["id"]: group for group in _read(folder)}
        self.attributes = {attribute.name: attribute for attribute in self._own()}
        """Those that we define, by name."""
        self.groups = [self._group(group) for group in self._raw.values()]

    def of_type(self, kind: str) -> list[Group]:
        """Every group of this type, in the order of the files."""
        return [group for group in self.groups if group.type == kind]

    def group(self, name: str) -> Group:
        """The group with this id. Raises RegistryError."""
        found = next((group for group in self.groups if group.id == name), None)
        if found is None:
            raise RegistryError(f"no group {name}")
        return found

    @cached_property
    def metrics(self) -> dict[str, Group]:
        """Metrics by their names in Prometheus; recorded series have colons in theirs."""
        return {group.name if ":" in group.name else group.exposed: group for group in self.of_type("metric")}

    @cached_property
    def events(self) -> dict[str, Group]:
        """Kinds of log lines, and events on spans, by their names."""
        return {group.name: group for group in self.of_type("event")}

    def _own(self) -> Iterator[Attribute]:
        for group in self._raw.values():
            for entry in group.get("attributes", ()):
                if "id" in entry:
                    unit = entry.get("annotations", {}).get("unit", "")
                    yield Attribute(entry["id"], entry["type"], entry["stability"], entry["brief"], unit)

    def _group(self, raw: _Entry) -> Group:
        attributes: dict[str, Attribute] = {}
        if parent := raw.get("extends"):
            if parent not in self._raw:
                raise RegistryError(f"{raw['id']}: no group {parent}")
            attributes |= self._group(self._raw[parent]).attributes
        for entry in raw.get("attributes", ()):
            attribute = self._attribute(raw["id"], entry)
            attributes[attribute.name] = attribute
        return Group(raw["id"], raw["type"], raw["brief"], raw.get("stability", ""), attributes, raw)

    def _attribute(self, group: str, entry: _Entry) -> Attribute:
        name = entry.get("id") or entry["ref"]
        if (found := self.attributes.get(name)) is None:
            known = published()["attributes"].get(name)
            if known is None:
                raise RegistryError(f"{group}: neither we nor the conventions define {name}")
            found = Attribute(name, known["type"], known["stability"], known["brief"], ours=False)
        kind = entry.get("annotations", {}).get("type", found.type)
        brief = entry.get("brief", found.brief)
        return Attribute(name, kind, found.stability, brief, found.unit, found.ours)


@cache
def registry() -> Registry:
    """The platform's own."""
    return Registry()


def _read(folder: Path) -> Iterator[_Entry]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "manifest.yaml":
            yield from yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
