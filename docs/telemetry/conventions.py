"""Makes conventions.json: the names that the semantic conventions publish, without what is deprecated.

`python -m docs.telemetry.conventions FOLDER` reads `model/` of a checkout of open-telemetry/semantic-conventions,
at the tag of the version that the locked package `opentelemetry-semantic-conventions` has. A test holds names and
stabilities of the file to the constants of that package, which has no types and units.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).with_name("conventions.json")
_Entry = dict[str, str]


def published() -> dict[str, Any]:
    """The file: `version`, and `attributes`, `metrics` and `events` by name."""
    found: dict[str, Any] = json.loads(TARGET.read_text(encoding="utf-8"))
    return found


def read(checkout: Path) -> dict[str, Any]:
    """What the file is to say, from a checkout of the conventions."""
    attributes: dict[str, _Entry] = {}
    metrics: dict[str, _Entry] = {}
    events: dict[str, _Entry] = {}
    for document in _documents(checkout / "model"):
        for name, attribute in _attributes(document):
            attributes[name] = _attribute(attribute)
        for metric in _signals(document, "metric"):
            name = metric.get("metric_name") or metric["name"]
            metrics[name] = {key: str(metric[key]) for key in ("instrument", "unit", "stability")}
        for event in _signals(document, "event"):
            events[event["name"]] = {"stability": event["stability"]}
    url = yaml.safe_load((checkout / "model" / "manifest.yaml").read_text(encoding="utf-8"))["schema_url"]
    version = str(url).rpartition("/")[2]
    return {"version": version, "attributes": attributes, "metrics": metrics, "events": events}


def _documents(model: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(model.rglob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(document, Mapping):
            yield document


def _attributes(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The attributes that a document defines, in the first form of the language (`groups`) or in the second."""
    for group in document.get("groups", []):
        for attribute in group.get("attributes", []):
            if "id" in attribute and "deprecated" not in attribute:
                yield attribute["id"], attribute
    for attribute in document.get("attributes", []):
        if "deprecated" not in attribute:
            yield attribute["key"], attribute


def _signals(document: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    first = (group for group in document.get("groups", []) if group.get("type") == kind)
    for signal in (*first, *document.get(f"{kind}s", [])):
        if "deprecated" not in signal:
            yield signal


def _attribute(attribute: Mapping[str, Any]) -> _Entry:
    sentence = re.split(r"(?<=[.?!])\s", " ".join(str(attribute.get("brief", "")).split()), maxsplit=1)[0]
    return {
        "type": _type(attribute["type"]),
        "stability": str(attribute["stability"]),
        "brief": re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", sentence),
    }


def _type(declared: str | Mapping[str, Any]) -> str:
    """Members of an enumeration are examples: others may be used, but they have one type."""
    if isinstance(declared, str):
        return declared
    return "int" if all(isinstance(member.get("value"), int) for member in declared["members"]) else "string"


def _text(content: Mapping[str, Any]) -> str:
    """JSON with one name a line, so that a new version shows what it changes."""
    parts = [f'"version": {json.dumps(content["version"])}']
    for section in ("attributes", "metrics", "events"):
        lines = (
            f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(content[section].items())
        )
        parts.append(f'"{section}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(_text(read(Path(sys.argv[1]))), encoding="utf-8")
