"""Secrets that nobody else has: put into every place of a request, and searched for in whatever comes out."""

import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from deploy.installation.layout import Layout

__all__ = ["Canaries", "Request", "bodies", "found_in", "outputs", "requests_of"]

METHODS = ("get", "post", "put", "patch", "delete")
_TEMPLATE = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class Request:
    """One request to be sent."""

    method: str
    path: str
    headers: dict[str, str]
    json: Any = None


def _card() -> str:
    """A number that passes the check of its last digit (ISO/IEC 7812)."""
    digits = "42" + "".join(random.choices("23456789", k=13))
    total = sum(sum(divmod(int(digit) * (1 + (at + 1) % 2), 10)) for at, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


@dataclass(frozen=True)
class Canaries:
    """One secret of each kind. By their look: card, token, key. By the name of its field only: password."""

    card: str = field(default_factory=_card)
    token: str = field(
        default_factory=lambda: f"eyJ{os.urandom(9).hex()}.eyJ{os.urandom(12).hex()}.{os.urandom(16).hex()}"
    )
    key: str = field(default_factory=lambda: "sk_" + f"live_{os.urandom(12).hex()}")
    password: str = field(default_factory=lambda: f"canary{os.urandom(8).hex()}")

    def __iter__(self) -> Iterator[str]:
        yield from (self.card, self.token, self.key, self.password)

    @property
    def by_look(self) -> tuple[str, ...]:
        """Those that may stand anywhere; a card also as people write it."""
        grouped = " ".join(self.card[at : at + 4] for at in range(0, 16, 4))
        return self.card, grouped, grouped.replace(" ", "-"), self.token, self.key

    @property
    def forms(self) -> tuple[bytes, ...]:
        """How each may be met in an output."""
        spelled = (*self.by_look, *self)
        return tuple({form.encode() for text in spelled for form in (text, quote(text), text.replace(" ", "+"))})


def requests_of(document: dict[str, Any], canaries: Canaries, token: str) -> Iterator[Request]:
    """Every operation of an OpenAPI document, with each canary in path, query, headers and body at once."""
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method not in operations:
                continue
            for secret in canaries.by_look:
                asked = _TEMPLATE.sub(quote(secret, safe=""), path)
                query = _query(operations[method], secret, canaries)
                headers = _headers(operations[method], secret, canaries)
                body = bodies(document, operations[method], secret, canaries)
                yield Request(method, f"{asked}?{query}", {**headers, "Authorization": f"Bearer {token}"}, body)
            # A token that is not good, and one in the place of the path's ids that is well known: none.
            headers = _headers(operations[method], canaries.token, canaries)
            yield Request(
                method, _TEMPLATE.sub("1", path), {**headers, "Authorization": f"Bearer {canaries.token}"}, {}
            )


def _query(operation: dict[str, Any], secret: str, canaries: Canaries) -> str:
    names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
    pairs = [(name, secret) for name in (*names, "unknown")] + [("password", canaries.password)]
    return "&".join(f"{name}={quote(value)}" for name, value in (*pairs, (quote(secret), "1")))


def _headers(operation: dict[str, Any], secret: str, canaries: Canaries) -> dict[str, str]:
    names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "header"]
    given = (
        "User-Agent",
        "Referer",
        "X-Request-ID",
        "Idempotency-Key",
        "Origin",
        "Accept-Language",
        "If-None-Match",
    )
    state = secret.replace(" ", "-").replace(".", "-")
    return {
        **dict.fromkeys((*names, *given), secret),
        "User-Agent": f"canary {secret}",
        "X-Request-ID": secret.replace(" ", "."),
        "Cookie": f"session={canaries.password}",
        "X-Api-Key": canaries.password,
        "tracestate": f"vendor={state}",
        "baggage": f"card={state}",
        "Content-Type": "application/json",
    }


def bodies(document: dict[str, Any], operation: dict[str, Any], secret: str, canaries: Canaries) -> Any:
    """A body whose every member, and one that is unknown, holds the secret; None where there is no body."""
    try:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
    except KeyError:
        return None
    schema = _resolved(document, schema)
    members = {name: _value(document, part, secret) for name, part in schema.get("properties", {}).items()}
    return {**members, secret: secret, "password": canaries.password}


def _value(document: dict[str, Any], schema: dict[str, Any], secret: str) -> Any:
    schema = _resolved(document, schema)
    if "properties" in schema:
        return {name: _value(document, part, secret) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_value(document, schema.get("items", {}), secret)]
    return secret


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            return _resolved(document, choice)
    return schema


def spans(canaries: Canaries) -> Any:
    """What a browser could send: a span that holds secrets wherever it can hold text."""
    secrets = [{"key": name, "value": {"stringValue": f"x {name}"}} for name in canaries.by_look]
    values = [
        {"key": f"a{at}", "value": {"stringValue": f"at {text}"}} for at, text in enumerate(canaries.by_look)
    ]
    named = [{"key": "password", "value": {"stringValue": canaries.password}}]
    url = [
        {
            "key": "url.full",
            "value": {"stringValue": f"http://x/?q={quote(canaries.card)}&password={canaries.password}"},
        }
    ]
    now = time.time_ns()
    span = {
        "traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": f"page {canaries.card}", "kind": 3,
        "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 9),
        "attributes": [*secrets, *values, *named, *url], "status": {"code": 2, "message": f"x {canaries.token}"},
        "events": [{"name": f"e {canaries.key}", "timeUnixNano": str(now + 1), "attributes": values}],
        "traceState": f"vendor={canaries.card}",
    }  # fmt: skip
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "frontend"}}, *values]}
    return {
        "resourceSpans": [
            {"resource": resource, "scopeSpans": [{"scope": {"name": canaries.card}, "spans": [span]}]}
        ]
    }


def outputs(platform: Layout) -> Iterator[tuple[str, bytes]]:
    """All that the programs have written: every log, and what the trace store keeps with its index."""
    platform.gather_logs()
    for path in sorted(platform.logs.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(platform.logs)), path.read_bytes()
    for path in sorted((platform.data / "tracebox").glob("*")):
        yield path.name, path.read_bytes()


def found_in(text: bytes, canaries: Canaries) -> list[str]:
    """Each form of a secret that stands in a text, with what is around it."""
    return [
        f"{form!r} in {text[max(0, at - 150) : at + len(form) + 60]!r}"
        for form in canaries.forms
        if (at := text.find(form)) >= 0
    ]
