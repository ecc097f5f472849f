"""What the OpenAPI document says beyond FastAPI's own: problems by reference, and every status there is."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from services.shared.problems import Kind, general

__all__ = ["document_problems", "headers", "operation_id", "problems"]

_GATEWAY = {"url": "/", "description": "the gateway, by default http://localhost:8080"}
_ITSELF = {"url": "/", "description": "the service itself; the gateway has no way to it"}
_ID = "3f6c1b8e0d7a4c52"
# status: (an example of a detail, headers besides the request id); others show what their kind means
_PROBLEMS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("The body is not valid JSON.", ()),
    401: ("A bearer token is needed.", ("WWW-Authenticate",)),
    403: ("Only an admin may do this.", ()),
    404: ("There is no such product.", ()),
    408: ("The body did not arrive within 10 s.", ()),
    409: ("The present state does not allow this.", ("Retry-After",)),
    413: ("A body may have at most 65536 bytes.", ()),
    415: ("The body must be JSON in UTF-8.", ("Accept", "Accept-Encoding")),
    422: ("The request is not valid; see errors.", ()),
    429: ("Slow down.", ("Retry-After", "RateLimit", "RateLimit-Policy")),
    503: ("The database does not answer.", ("Retry-After",)),
}  # fmt: skip
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "the `ETag` of an earlier answer: 304 when it is still so",
}
_HEADERS: dict[str, tuple[str, dict[str, Any], bool]] = {  # meaning, schema, always there
    "X-Request-ID": ("names this request in logs and traces", {"type": "string"}, True),
    "WWW-Authenticate": ("how to authenticate", {"type": "string"}, True),
    "Retry-After": ("seconds to wait", {"type": "integer", "minimum": 0}, False),
    "RateLimit": (
        'what is left of a limit: `"write-token";r=0;t=1` is nothing, for one second',
        {"type": "string"},
        False,
    ),
    "RateLimit-Policy": (
        'the limits that the request ran into: `"write-token";q=200;w=10` is 200 requests in 10 seconds',
        {"type": "string"},
        False,
    ),
    "Accept": ("the media type that is taken", {"type": "string"}, False),
    "Accept-Encoding": ("the content encoding that is taken", {"type": "string"}, False),
    "Location": ("where the thing is", {"type": "string", "format": "uri-reference"}, True),
    "Idempotency-Replayed": ("`true` when this Idempotency-Key was used before", {"type": "string"}, False),
    "ETag": ("names this representation; send it as If-None-Match", {"type": "string"}, True),
    "Preference-Applied": ("`wait=9` when the answer waited, as `Prefer` asked", {"type": "string"}, False),
    "X-Cache": ("whether the cache had it", {"enum": ["HIT", "MISS"], "type": "string"}, True),
    "Cache-Control": ("who may keep it", {"type": "string"}, True),
}


class InvalidField(BaseModel):
    """A field that is not valid."""

    field: str = Field(description="where: `body`, `query`, `path` or `header`, and the name")
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). Some problems have further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="the address of a page about this kind of problem",
        json_schema_extra={"format": "uri-reference"},
    )
    title: str = Field(description="the kind in a few words, always the same")
    status: int
    detail: str
    requestId: str = Field(description="the X-Request-ID of the request")
    traceId: str
    errors: list[InvalidField] | None = Field(None, description="what is not valid: the first 20", max_length=20)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses.

    Those that follow from the route itself (its body, its parameters, its token) need no mention.
    """
    return {status: {"description": general(status).title} for status in statuses}


def headers(*names: str) -> dict[str, Any]:
    """The `headers` of a response in `responses=`."""
    return {"headers": {name: _ref("headers", name) for name in names}}


def operation_id(route: APIRoute) -> str:
    """The name of the handler: unique in a service, and short in clients made from the document."""
    return route.name


def document_problems(app: FastAPI) -> None:
    """Make the document of `app` complete."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        document = plain()  # FastAPI keeps it until routes change
        if "servers" not in document:
            _complete(document)
        return document

    app.openapi = complete  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    is_public = any(path.startswith("/api/") for path in document["paths"])
    document["servers"] = [_GATEWAY if is_public else _ITSELF]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own form, which is never sent
        schemas.pop(name, None)
    used: set[Kind] = set()
    for operations in document["paths"].values():
        for method, operation in operations.items():
            statuses = {int(status) for status in operation["responses"] if int(status) >= 400}
            statuses |= set(_implied(is_public, method, operation))
            used |= {general(status) for status in statuses}
            for response in operation["responses"].values():
                response.setdefault("headers", {})["X-Request-ID"] = _ref("headers", "X-Request-ID")
            if "304" in operation["responses"]:
                operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
            for status in statuses:
                operation["responses"][str(status)] = _ref("responses", _name(general(status)))
            operation["responses"] = dict(sorted(operation["responses"].items()))
            _show_examples(operation, schemas)
    for schema in schemas.values():
        schema.pop("examples", None)  # they stand with the requests now
    model = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(model.pop("$defs"), Problem=model)
    components["responses"] = {_name(kind): _response(kind) for kind in sorted(used, key=lambda kind: kind.status)}
    text = json.dumps(document)
    components["headers"] = {
        name: {"description": meaning, "schema": schema, "required": always}
        for name, (meaning, schema, always) in _HEADERS.items()
        if _ref("headers", name)["$ref"] in text
    }


def _show_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A request's examples, from its model: where readers and tools look for them."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media.get("schema", {})
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        shown = {f"{place}": {"value": one} for place, one in enumerate(schema.get("examples", []), 1)}
        media.update({"examples": shown} if shown else {})


def _implied(is_public: bool, method: str, operation: dict[str, Any]) -> Iterator[int]:
    """The statuses that follow from what an operation takes, and from whether the gateway is before it."""
    yield from (422, 503)
    if is_public:
        yield 429  # the gateway's limits
    if method != "get":
        yield from (412, 413)
        if not is_public:
            yield 408  # the gateway has a whole body before it asks a service
    if "requestBody" in operation:
        yield from (400, 415)
    if "security" in operation:
        yield 401


def _name(kind: Kind) -> str:
    """Of its component."""
    return kind.title.replace(" ", "")


def _response(kind: Kind) -> dict[str, Any]:
    detail, names = _PROBLEMS.get(kind.status, (kind.means, ()))
    example = {
        "type": kind.type, "title": kind.title, "status": kind.status, "detail": detail, "requestId": _ID,
        "traceId": "0af7651916cd43dd8448eb211c80319c",
    }  # fmt: skip
    return {
        "description": kind.title,
        "headers": {name: _ref("headers", name) for name in ("X-Request-ID", *names)},
        "content": {"application/problem+json": {"schema": _ref("schemas", "Problem"), "example": example}},
    }


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
