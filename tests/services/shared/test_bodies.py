"""The door of every service: what a request may bring is bounded before anything looks at it."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Query, Request
from pydantic import Field

from services.shared.app import create_app
from services.shared.bodies import MAX_BODY, Router
from services.shared.schemas import DIGITS, WHOLE, Identifier, Schema, Text, Whole
from tests.services.support import running

router = Router(prefix="/api/things")


class Part(Schema):
    """A part of a thing."""

    id: Identifier
    count: Whole = Field(ge=0, le=100)


class Thing(Schema):
    """A body."""

    name: Text = ""
    count: Annotated[int, Field(le=1000), WHOLE] | None = None
    parts: list[Part] = Field(default=[], max_length=50, fail_fast=True)


@router.get("")
async def find(limit: Annotated[int, Query(ge=0, le=100), DIGITS] = 20) -> int:
    """A list."""
    return limit


@router.post("", status_code=201)
async def add(body: Thing) -> Thing:
    """Take a body."""
    return body


@router.post("/raw", openapi_extra={"requestBody": {"content": {"application/json": {}}}})
async def raw(request: Request) -> int:
    """Take a body as it is."""
    return len(await request.body())


@router.post("/bare")
async def bare() -> None:
    """Take none."""


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A service with those routes."""

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield

    app = create_app("bodies", lifespan=lifespan, routers=[router], required={}, optional={}, store_errors=[])
    async with running(app) as client:
        yield client


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


@pytest.mark.parametrize("path", ["", "/raw", "/bare"])
@pytest.mark.parametrize("chunked", [False, True])
async def test_size(client: httpx.AsyncClient, path: str, chunked: bool) -> None:
    """A body of 64 KiB is read and one byte more is 413, declared or chunked, wanted or not."""
    for size, too_large in ((MAX_BODY, False), (MAX_BODY + 1, True), (40 * MAX_BODY, True)):
        body = b'{"name":"' + b" " * (size - 11) + b'"}'
        answer = await client.post(
            f"/api/things{path}",
            content=_chunks(body) if chunked else body,
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code == 413) == too_large, answer.text
        if too_large:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["limitBytes"] == MAX_BODY


async def test_no_more_than_the_limit_is_read(client: httpx.AsyncClient) -> None:
    """A body without an end is given up at the limit."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield b" " * 1000

    assert (await client.post("/api/things", content=endless())).status_code == 413
    assert taken <= MAX_BODY + 1000


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Content-Type": "application/json"}, True),
        ({"Content-Type": "Application/JSON; charset=UTF-8"}, True),
        ({"Content-Type": 'application/vnd.shop+json;charset="utf-8"'}, True),
        ({"Content-Type": "application/json", "Content-Encoding": "identity"}, True),
        ({"Content-Type": ""}, False),
        ({"Content-Type": "json"}, False),
        ({"Content-Type": "text/plain"}, False),
        ({"Content-Type": "text/json"}, False),
        ({"Content-Type": "application/jsonp"}, False),
        ({"Content-Type": "application/x-www-form-urlencoded"}, False),
        ({"Content-Type": "multipart/form-data; boundary=x"}, False),
        ({"Content-Type": "application/json; charset=utf-16"}, False),
        ({"Content-Type": "application/json; charset=latin-1"}, False),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, False),
        ({"Content-Type": "application/json", "Content-Encoding": "identity, br"}, False),
    ],
)
@pytest.mark.parametrize("path", ["", "/raw"])
async def test_media_type(client: httpx.AsyncClient, path: str, headers: dict[str, str], taken: bool) -> None:
    """JSON in UTF-8 is taken, as is a body without a type; all else is 415, which says what is taken."""
    answer = await client.post(f"/api/things{path}", content=b'{"name": "lamp"}', headers=headers)
    if taken:
        assert answer.is_success, answer.text
        return
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")
    assert answer.headers.get("accept", "application/json") == "application/json"
    assert answer.headers.get("accept-encoding", "identity") == "identity"
    assert "accept" in answer.headers or "accept-encoding" in answer.headers


HOSTILE: dict[str, bytes] = {
    "members": b"{" + b",".join(b'"%d":1' % n for n in range(6500)) + b"}",
    "the same member": b"{" + b",".join([b'"0":1'] * 10_000) + b"}",
    "members that hide their quotes": b"{" + b",".join(b'"%d\\\\":1' % n for n in range(5000)) + b"}",
    "few unknown members": b"{" + b",".join(b'"%d":1' % n for n in range(240)) + b"}",
    "numbers": b'{"parts":[' + b",".join([b"1"] * 30_000) + b"]}",
    "objects": b'{"parts":[' + b",".join([b"{}"] * 20_000) + b"]}",
    "some wrong parts": b'{"parts":[' + b",".join([b'{"x":1,"y":1,"z":1}'] * 49) + b"]}",
    "levels": b"[" * 60_000,
    "objects in objects": b'{"name":' * 7000,
    "digits": b'{"count":' + b"9" * 60_000 + b"}",
    "fewer digits": b'{"count":' + b"9" * 4_000 + b"}",
    "a long name": b'{"' + b"n" * 60_000 + b'":1}',
    "wide names": json.dumps({("\U0001f600" * 90) + str(n): 1 for n in range(60)}, ensure_ascii=False).encode(),
    "control characters": json.dumps({("\x01" * 120) + str(n): 1 for n in range(80)}).encode(),
    "a long text": b'{"count":"' + b"x" * 60_000 + b'"}',
    "not a number": b'{"count":NaN}',
    "a name twice": b'{"count":1,"count":2}',
    "a name twice, further inside": b'{"parts":[{"x":1,"x":1}]}',
    "infinity": b'{"count":-Infinity}',
    "UTF-16": '{"count":1}'.encode("utf-16"),
    "not UTF-8": b'{"name":"\xff"}',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_refusal_is_bounded(client: httpx.AsyncClient, name: str) -> None:
    """Whatever is wrong, the answer is a problem of at most 8 KB, with at most 20 fields of bounded names."""
    answer = await client.post("/api/things", content=HOSTILE[name])
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) <= 8192
    found = answer.json().get("errors", [])
    assert len(found) <= 20
    assert all(len(fault["field"]) <= 100 and len(fault["message"]) <= 200 for fault in found)


async def _costs(*works: Callable[[], Any]) -> list[float]:
    """The least processor time of each, measured in turns, so that a busy moment of the machine meets all."""
    best = [float("inf")] * len(works)
    for _ in range(7):
        for number, work in enumerate(works):
            began = time.thread_time()
            for _ in range(3):
                await work()
            best[number] = min(best[number], time.thread_time() - began)
    return best


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_refusal_is_cheap(client: httpx.AsyncClient, name: str) -> None:
    """It costs at most four times the processor time of as large a body with one unknown member."""
    hostile = HOSTILE[name]
    plain = b'{"unknown":"' + b"x" * max(0, len(hostile) - 14) + b'"}'
    refused, ordinary = await _costs(
        *(partial(client.post, "/api/things", content=body) for body in (hostile, plain))
    )
    assert refused <= 4 * ordinary


async def test_an_unknown_member_is_told_alone(client: httpx.AsyncClient) -> None:
    """It is told with its place, and nothing else is looked at."""
    answer = await client.post("/api/things", json={"count": "x", "parts": [{"id": 1, "count": 1, "colour": 1}]})
    assert [fault["field"] for fault in answer.json()["errors"]] == ["body.count", "body.parts.0.colour"]
    answer = await client.post("/api/things", json={"count": "x", "colour": 1})
    assert [fault["field"] for fault in answer.json()["errors"]] == ["body.colour"]


async def test_the_largest_valid_body_is_taken(client: httpx.AsyncClient) -> None:
    """No limit on members refuses what is valid: all parts, and a text of quotes and commas."""
    body = {"name": '",' * 2900, "parts": [{"id": f"id-{n}", "count": n} for n in range(50)]}
    assert (await client.post("/api/things", json=body)).status_code == 201


@pytest.mark.parametrize("number", [True, False, "1", "", 1.5, None, [], [1], {}, "\uff11"])
async def test_what_is_no_number(client: httpx.AsyncClient, number: object) -> None:
    """A count is a JSON integer; true is no number, and text is text."""
    answer = await client.post("/api/things", json={"parts": [{"id": "1", "count": number}]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.parts.0.count"


@pytest.mark.parametrize(("number", "taken"), [(2, 2), (2.0, 2), (0, 0), (-0.0, 0)])
async def test_what_is_a_number(client: httpx.AsyncClient, number: object, taken: int) -> None:
    """JSON has one kind of number: 2.0 is 2."""
    answer = await client.post("/api/things", json={"count": number})
    assert answer.json()["count"] == taken


@pytest.mark.parametrize(
    "number", ["1_0", "%2B1", "+1", "%201", "1%20", "1e1", "1.0", "-0", "-1", "0x1", "", "\uff11", "9" * 5000]
)
async def test_numbers_of_a_query_are_digits(client: httpx.AsyncClient, number: str) -> None:
    """Nothing that only Python takes for a number."""
    assert (await client.get(f"/api/things?limit={number}")).status_code == 422
    assert (await client.get("/api/things?limit=007")).json() == 7


async def test_a_query_of_thousands(client: httpx.AsyncClient) -> None:
    """Unknown parameters are ignored; a hundred and more are refused before they are read."""
    assert (await client.get("/api/things?colour=red&limit=5")).json() == 5
    answer = await client.get("/api/things?" + "&".join(f"a{n}=1" for n in range(4000)))
    assert answer.status_code == 422
    assert len(answer.content) <= 8192


async def test_a_parameter_comes_once(client: httpx.AsyncClient) -> None:
    """Of two, others might read the other one. What nobody reads may come as often as it likes."""
    for query in ("limit=5&limit=6", "limit=5&limit=5", "limit=&a=1&limit=5", "limit=5&%6cimit=6"):
        answer = await client.get(f"/api/things?{query}")
        assert (answer.status_code, "limit" in answer.json()["detail"]) == (422, True), query
    assert (await client.get("/api/things?a=1&limit=5&a=2")).json() == 5
