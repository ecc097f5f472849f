"""Numbers of every request: JSON's integers in bodies, plain digits in queries; nothing that only looks alike."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest

from deploy.installation.secrets import Secrets
from observability.logging import setup_logging
from services.user.tokens import TokenIssuer
from tests.services.estate import KEY, make_apps, make_stores, started

IN_BODIES = ["true", "false", '"1"', '"1_0"', '""', "1.5", "-0.5", "1e400", "1e30", "-1e30", "[1]", '{"$gt":0}',
             str(10**30), str(-(10**30)), str(10**400)]  # fmt: skip
NO_JSON = ["NaN", "Infinity", "-Infinity", "01", "+1", "1_0", "0x1", "１", "1" * 5000]  # noqa: RUF001
IN_QUERIES = ["true", "１", "1_0", "+1", " 1", "1 ", "-0", "-1", "1.0", "1e1", "0x1", "", "NaN", "9" * 30]  # noqa: RUF001
_HOLE = "the number"
Place = tuple[str | int, ...]


def _resolve(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, without references and without `null`."""
    if "$ref" in schema:
        return _resolve(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            return _resolve(choice, document)
    return schema


def _kinds(schema: dict[str, Any], document: dict[str, Any], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Where a body has integers and booleans; each list counts as one place."""
    schema = _resolve(schema, document)
    if schema.get("type") in ("integer", "number", "boolean"):
        yield place, schema["type"]
    for name, inner in schema.get("properties", {}).items():
        yield from _kinds(inner, document, (*place, name))
    if "items" in schema:
        yield from _kinds(schema["items"], document, (*place, 0))


def _has(body: Any, place: Place) -> bool:
    try:
        for step in place:
            body = body[step]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _put(body: Any, place: Place, text: str) -> str:
    """`body` as JSON, with `text` at `place`, as it is."""
    body = deepcopy(body)
    inner = body
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = _HOLE
    return json.dumps(body).replace(json.dumps(_HOLE), text)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), re.sub(r"{(\w+)}", "1", path), operation


async def _wrong_in_bodies(client: httpx.AsyncClient, document: dict[str, Any]) -> tuple[list[Any], int]:
    """What was not refused for its form, and how many numbers there are."""
    wrong: list[Any] = []
    numbers = 0
    for method, path, operation in _operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media is None:
            continue
        examples = [example["value"] for example in media["examples"].values()]
        for place, kind in _kinds(media["schema"], document):
            assert kind != "boolean"  # there is none yet; it takes true and false only
            numbers += 1
            example = next(example for example in examples if _has(example, place))
            for text, status in [(t, 422) for t in IN_BODIES] + [(t, 400) for t in NO_JSON]:
                sent = _put(example, place, text).encode()
                answer = await client.request(method, path, content=sent)
                named = status == 400 or str(place[-1]) in answer.text
                if answer.status_code != status or not named:
                    wrong.append((method, path, place, text[:20], answer.status_code, answer.text[:200]))
    return wrong, numbers


async def _refused_examples(client: httpx.AsyncClient, document: dict[str, Any]) -> list[Any]:
    """Those of the document that are not valid; each wrong body is one of them with another number."""
    refused = []
    for method, path, operation in _operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in media.get("examples", {}).values():
            answer = await client.request(method, path, json=example["value"])
            if "errors" in answer.text:
                refused.append((method, path, answer.text))
    return refused


async def _wrong_in_queries(client: httpx.AsyncClient, document: dict[str, Any]) -> tuple[list[Any], int]:
    wrong: list[Any] = []
    numbers = 0
    for method, path, operation in _operations(document):
        for parameter in operation.get("parameters", []):
            kind = _resolve(parameter["schema"], document).get("type")
            if parameter["in"] != "query" or kind not in ("integer", "number", "boolean"):
                continue
            numbers += 1
            if (await client.request(method, path, params={parameter["name"]: "1"})).status_code == 422:
                wrong.append((method, path, parameter["name"], "1"))
            for text in IN_QUERIES:
                answer = await client.request(method, path, params={parameter["name"]: text})
                if answer.status_code != 422 or parameter["name"] not in answer.text:
                    wrong.append((method, path, parameter["name"], text, answer.status_code))
    return wrong, numbers


async def _books(clients: dict[str, httpx.AsyncClient], product: str) -> list[Any]:
    """What a wrong number could have changed."""
    asked = [("product", f"/internal/products?id={product}"), ("order", "/api/orders"), ("provider", "/ledger")]
    books = [(await clients[service].get(path)).json()["items"] for service, path in asked]
    return [*books[:-1], [(charge["paymentId"], charge["amountCents"]) for charge in books[-1]]]


async def test_only_numbers_are_numbers(
    postgres_url: Callable[[str], str],
    mongo_url: Callable[[str], str],
    redis_url: str,
    keys: Secrets,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every integer of every document: all else is 422 and names it (400 where it is no JSON); nothing changes."""
    setup_logging("numbers", "critical")
    folder = tmp_path_factory.mktemp("numbers")
    stores = await asyncio.to_thread(make_stores, "numbers", postgres_url, mongo_url, redis_url, folder)
    apps = make_apps(stores, keys)
    token = TokenIssuer.from_file(keys.token_key_file).issue(user_id="numbers", role="admin", epoch=0)
    found = {}
    async with started(apps, stores) as clients:
        for service, client in clients.items():
            client.headers["Authorization"] = f"Bearer {KEY if service == 'provider' else token}"
        lamp = {"name": "Lamp", "category": "Home", "priceCents": 1999, "stock": 9}
        product = (await clients["product"].post("/api/products", json=lamp)).json()["id"]
        documents = {
            service: json.loads(json.dumps(app.openapi()).replace("{product_id}", product))
            for service, app in apps.items()
        }
        for service, document in documents.items():
            assert await _refused_examples(clients[service], document) == []
        before = await _books(clients, product)
        for service, document in documents.items():
            client = clients[service]
            in_bodies, bodies = await _wrong_in_bodies(client, document)
            in_queries, queries = await _wrong_in_queries(client, document)
            assert in_bodies + in_queries == [], service
            found[service] = bodies, queries
        assert await _books(clients, product) == before
    assert found == {"user": (0, 0), "product": (7, 3), "order": (3, 2), "payment": (2, 0), "provider": (3, 1)}
