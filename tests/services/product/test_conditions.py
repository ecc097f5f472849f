"""Writes of a product that depend on what is there: If-Match and If-None-Match (RFC 9110, 13)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.product.guard import Guarded
from tests.services.product.service import ADMIN, bearer, product_service
from tests.services.product.shop import Shop

LAMP = {"name": "Lamp", "category": "Home", "priceCents": 1999}


@pytest.fixture
async def client(shop: Shop, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of one replica."""
    async with product_service(database_url, redis_url) as client:
        yield client


async def read(client: httpx.AsyncClient) -> tuple[str, str]:
    """A new product's address, and the ETag that a reader has of it."""
    path = (await client.post("/api/products", json={**LAMP, "stock": 5}, headers=ADMIN)).headers["location"]
    return path, (await client.get(path)).headers["etag"]


async def write(
    client: httpx.AsyncClient, method: str, path: str, conditions: Any, body: Any = None
) -> httpx.Response:
    """A write of an admin. conditions: its headers; a list, where one comes twice."""
    pairs = list(conditions.items()) if isinstance(conditions, dict) else conditions
    return await client.request(method, path, json=body, headers=[*ADMIN.items(), *pairs])


WRITES = [("PUT", "", {**LAMP, "name": "Mine"}), ("DELETE", "", None), ("POST", "/stock", {"delta": 1})]


@pytest.mark.parametrize(("method", "below", "body"), WRITES)
async def test_nothing_is_done_to_another_thing_than_was_read(
    client: httpx.AsyncClient, method: str, below: str, body: Any
) -> None:
    """Somebody has changed it since: 412, and it is as they left it. With the ETag that it has now, it is done."""
    path, old = await read(client)
    await client.put(path, json={**LAMP, "priceCents": 5}, headers=ADMIN)
    theirs = await client.get(path)
    for stale in ({"If-Match": old}, {"If-Match": f'"nonsense", W/{theirs.headers["etag"]}'}):
        refused = await write(client, method, path + below, stale, body)
        assert (refused.status_code, refused.json()["type"]) == (412, "/api/problems/precondition-failed")
    assert (await client.get(path)).json() == theirs.json()
    fresh = [("If-Match", '"another"'), ("If-Match", theirs.headers["etag"])]  # two lines are one list
    assert (await write(client, method, path + below, fresh, body)).is_success


@pytest.mark.parametrize(("method", "below", "body"), WRITES)
async def test_only_where_there_is_none_or_one(
    client: httpx.AsyncClient, method: str, below: str, body: Any
) -> None:
    """`If-None-Match: *` is never true of a product, `If-Match: *` always; other tags do not matter."""
    path, tag = await read(client)
    for present in ("*", tag, f'"other", W/{tag}'):
        assert (await write(client, method, path + below, {"If-None-Match": present}, body)).status_code == 412
    none = {"If-Match": "*", "If-None-Match": '"other"', "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert (await write(client, method, path + below, none, body)).is_success
    nowhere = await write(client, method, f"/api/products/nowhere{below}", {"If-Match": tag}, body)
    assert nowhere.status_code == 404


async def test_an_edit_whose_answer_was_lost_is_done_once(client: httpx.AsyncClient) -> None:
    """It comes again with the ETag from before: the thing is as it wants it, so that is the answer."""
    path, tag = await read(client)
    edit = {**LAMP, "name": "Mine"}
    first, again = [await write(client, "PUT", path, {"If-Match": tag}, edit) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    only_new = {"If-None-Match": "*"}
    assert (await write(client, "PUT", path, only_new, edit)).status_code == 412


async def test_stock_that_was_changed_by_this_key_is_not_refused(client: httpx.AsyncClient) -> None:
    """The Idempotency-Key says that it was this very request that has changed the thing."""
    path, tag = await read(client)
    headers = {"If-Match": tag, "Idempotency-Key": "k-1"}
    answers = [await write(client, "POST", f"{path}/stock", headers, {"delta": 2}) for _ in range(2)]
    assert [answer.json().get("stock") for answer in answers] == [7, 7]
    assert answers[1].headers["idempotency-replayed"] == "true"
    other = {"If-Match": tag, "Idempotency-Key": "k-2"}
    assert (await write(client, "POST", f"{path}/stock", other, {"delta": 2})).status_code == 412


async def test_of_many_who_read_the_same_one_wins(client: httpx.AsyncClient) -> None:
    """Also between the look at the ETag and the change."""
    path, tag = await read(client)
    names = [f"Lamp of {n}" for n in range(8)]
    edits = [write(client, "PUT", path, {"If-Match": tag}, {**LAMP, "name": name}) for name in names]
    answers = await asyncio.gather(*edits)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    won = next(answer.json() for answer in answers if answer.is_success)
    assert (await client.get(path)).json() == won
    assert won["version"] == 2


@pytest.mark.parametrize("version", [{}, {"version": 2}], ids=["without a version", "with the new version"])
async def test_a_change_after_the_look_is_seen(
    client: httpx.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch, version: Any
) -> None:
    """The product changes after its ETag was compared: 412, and that change stays."""
    path, tag = await read(client)
    product = path.rpartition("/")[2]
    find_one = Guarded.find_one

    async def then_changed(self: Guarded, *args: Any) -> Any:
        found = await find_one(self, *args)
        if found and found["version"] == 1:
            change = {"$set": {"name": "Theirs"}, "$inc": {"version": 1}}
            await shop.store.products.update_one({"_id": product}, change)
        return found

    monkeypatch.setattr(Guarded, "find_one", then_changed)
    assert (await write(client, "PUT", path, {"If-Match": tag}, {**LAMP, **version})).status_code == 412
    now = await find_one(shop.store.products, {"_id": product})
    assert (now["name"], now["version"]) == ("Theirs", 2)  # type: ignore[index]


async def test_who_may_not_write_learns_no_more(client: httpx.AsyncClient) -> None:
    """The refusal for the person comes before that for the condition."""
    path, _ = await read(client)
    for headers, status in (({}, 401), (bearer("customer"), 403)):
        answer = await client.delete(path, headers={**headers, "If-Match": '"old"'})
        assert answer.status_code == status


async def test_where_no_tag_is_known_a_condition_is_refused(client: httpx.AsyncClient) -> None:
    """Adding a product has no thing whose ETag could be compared: 412, and nothing is added."""
    for condition in ({"If-Match": "*"}, {"If-Match": '"a"'}, {"If-None-Match": "*"}):
        refused = await write(client, "POST", "/api/products", condition, LAMP)
        assert (refused.status_code, refused.json()["type"]) == (412, "/api/problems/precondition-failed")
    assert (await client.get("/api/products")).json()["items"] == []
    for harmless in ({"If-None-Match": '"a"'}, {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}):
        assert (await write(client, "POST", "/api/products", harmless, LAMP)).status_code == 201
