"""What clients send and get has one way to be named, in every service."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from frontend.api.describe import make_app

SERVICES = ("user", "product", "order", "payment", "provider")


def _names(contents: Any) -> Iterator[str]:
    """The schemas of bodies that are JSON, by their names."""
    for media_type, media in contents.get("content", {}).items():
        if media_type == "application/json" and "$ref" in media.get("schema", {}):
            yield media["schema"]["$ref"].rpartition("/")[2]


# What may stand in a schema: of JSON Schema 2020-12 as we use it, and of OpenAPI.
KEYWORDS = {
    *(
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "default",
        "description",
        "discriminator",
        "enum",
    ),
    *("example", "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength"),
    *(
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "oneOf",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    ),
    *("uniqueItems", "writeOnly"),
}


def _schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a part of a document, those inside of others too."""
    if isinstance(part, list):
        for one in part:
            yield from _schemas(one)
    elif isinstance(part, dict):
        for name, inner in part.items():
            if name == "schema":
                yield from _and_inner(inner)
            elif name == "schemas":
                for one in inner.values():
                    yield from _and_inner(one)
            elif name not in ("example", "examples"):
                yield from _schemas(inner)


def _and_inner(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    for choices in ("anyOf", "oneOf", "allOf"):
        inner += schema.get(choices, [])
    for one in inner:
        if isinstance(one, dict):
            yield from _and_inner(one)


@pytest.mark.parametrize("service", SERVICES)
def test_each_rule_is_told_in_words_that_clients_know(service: str) -> None:
    """A limit under a name of Pydantic's own, such as `ge`, is told to nobody."""
    schemas = list(_schemas(make_app(service).openapi()))
    assert schemas
    assert [one for one in schemas if not one.keys() <= KEYWORDS] == []


@pytest.mark.parametrize("service", SERVICES)
def test_schemas_are_named_by_their_direction(service: str) -> None:
    """A body that is sent is a Request, one that comes back is a Response."""
    paths: dict[str, Any] = make_app(service).openapi()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    sent = [name for one in operations for name in _names(one.get("requestBody", {}))]
    answered = [name for one in operations for answer in one["responses"].values() for name in _names(answer)]
    assert sent
    assert answered
    assert [name for name in sent if not name.endswith("Request")] == []
    assert [name for name in answered if not name.endswith("Response")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_request_has_the_names_of_the_document(service: str) -> None:
    """In snake_case, or under any other name, a member is unknown."""
    document = make_app(service).openapi()
    schemas = importlib.import_module(f"services.{service}.schemas")
    told = {
        name: schema["properties"]
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("Request")
    }
    assert told
    for name, members in told.items():
        model = getattr(schemas, name)
        for field in set(model.model_fields) - members.keys():
            with pytest.raises(ValidationError) as refused:
                model.model_validate({field: "1"})
            assert [(one["type"], one["loc"]) for one in refused.value.errors()] == [("extra_forbidden", (field,))]
