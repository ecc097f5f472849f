"""One OpenAPI document of the whole API, merged from those of the services."""

import copy
import json
from pathlib import Path
from typing import Any

from deploy.installation.services import PUBLIC
from frontend.api.describe import SERVICES, describe
from services.shared.problems import KINDS, Kind

HERE = Path(__file__).parent
_TAGS = {service.package: (service.title, service.about) for service in PUBLIC}
Json = dict[str, Any]


def text() -> str:
    """The document as it is served."""
    return json.dumps(merged(), indent=1, ensure_ascii=False) + "\n"


def merged() -> Json:
    """The documents as one: an operation has the tag of its service, and each name means one thing."""
    documents = {service: json.loads(describe(service)) for service in SERVICES}
    whole: Json = {
        "openapi": documents["user"]["openapi"],
        "info": {
            "title": "Glasshouse API",
            "version": documents["user"]["info"]["version"],
            "description": (HERE / "description.txt").read_text("utf-8"),
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": meaning} for name, meaning in _TAGS.values()],
        "paths": {},
        "components": {},
    }
    shared = _names_of_several(documents)
    for service, document in documents.items():
        renamed = {name: f"{service.capitalize()}{name}" for name in shared}
        document = _with_names(document, renamed)
        for path, operations in document["paths"].items():
            whole["paths"][path] = {
                method: _operation(service, operation) for method, operation in operations.items()
            }
        for kind, entries in document["components"].items():
            whole["components"].setdefault(kind, {}).update(entries)
    _show_all_kinds(whole["components"]["responses"])
    return whole


def _names_of_several(documents: dict[str, Json]) -> set[str]:
    """Names of schemas that mean different things in different services."""
    first: Json = {}
    schemas = [document["components"]["schemas"] for document in documents.values()]
    return {name for each in schemas for name in each if first.setdefault(name, each[name]) != each[name]}


def _with_names(document: Json, renamed: dict[str, str]) -> Json:
    """The document with other names for some of its schemas."""
    as_text = json.dumps(document)
    for old, new in renamed.items():
        as_text = as_text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    document = json.loads(as_text)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {renamed.get(name, name): schema for name, schema in schemas.items()}
    return document


def _operation(service: str, operation: Json) -> Json:
    """The operation with the tag of its service, and with examples of what is sent and answered."""
    operation = copy.deepcopy(operation)
    operation["tags"] = [_TAGS[service][0]]
    examples = _EXAMPLES.get(operation["operationId"], {})
    if "request" in examples:
        content = operation["requestBody"]["content"]["application/json"]
        content.pop("examples", None)
        content["example"] = examples["request"]
    for status, answer in operation["responses"].items():
        if "response" in examples and status.startswith("2"):
            answer["content"]["application/json"]["example"] = examples["response"]
    for parameter in operation.get("parameters", []):
        if parameter["name"] in _PARAMETERS:
            parameter["example"] = _PARAMETERS[parameter["name"]]
    operation["responses"]["default"] = {"$ref": "#/components/responses/AnyOther"}
    return operation


def _show_all_kinds(responses: Json) -> None:
    """Add AnyOther for what no service answers with: above all 502 and 504 of the gateway."""
    status_of = {
        name: one["content"]["application/problem+json"]["example"]["status"] for name, one in responses.items()
    }
    any_other = copy.deepcopy(responses["ServiceUnavailable"])
    any_other["description"] = "Any other problem; the page that `type` leads to says what to do"
    _show_kinds(any_other, {kind.status for kind in KINDS.values()} - set(status_of.values()))
    for name, status in status_of.items():
        _show_kinds(responses[name], {status})
    responses["AnyOther"] = any_other


def _show_kinds(response: Json, statuses: set[int]) -> None:
    """Show each kind of problem that comes with one of these statuses."""
    content = response["content"]["application/problem+json"]
    example = content.pop("example")
    content["examples"] = {
        kind.name: {"summary": kind.title, "value": {**example, **_named(kind, example)}}
        for kind in KINDS.values()
        if kind.status in statuses
    }


def _named(kind: Kind, example: Json) -> Json:
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": example["detail"] if kind.general and kind.status == example["status"] else kind.means,
        **_MEMBERS.get(kind.name, {}),
    }


_DATA = json.loads((HERE / "examples.json").read_text("utf-8"))
# Examples that work with the seed where those of a service do not, values by parameter, members of problems.
_EXAMPLES: Json = _DATA["operations"]
_PARAMETERS: Json = _DATA["parameters"]
_MEMBERS: Json = _DATA["problems"]
