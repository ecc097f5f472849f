"""Addresses as countries have them."""

from typing import Any

import pytest

from services.order.countries import find_country
from tests.services.order.desk import Desk

BERLIN = {"name": "Ada", "line1": "Row 1", "city": "Berlin", "postalCode": "10115", "country": "DE"}


def test_countries_are_those_of_iso() -> None:
    """All 249 of ISO 3166-1, and no other two letters, lower case or longer."""
    letters = [chr(number) for number in range(ord("A"), ord("Z") + 1)]
    assert sum(find_country(one + two) is not None for one in letters for two in letters) == 249
    for code in ("XX", "ZZ", "XK", "EU", "UK", "de", "DEU", "", "..", "D/"):
        assert find_country(code) is None


@pytest.mark.parametrize(
    "change",
    [
        {}, {"country": "HK", "postalCode": None, "state": "Kowloon"},
        {"country": "AE", "postalCode": "", "city": ""}, {"country": "SG", "city": None},
        {"country": "US", "state": "CA", "city": "Cupertino", "postalCode": "95014"},
        {"country": "IE", "postalCode": None},
    ],
)  # fmt: skip
async def test_good_addresses(desk: Desk, change: dict[str, Any]) -> None:
    """What a country has none of may be left out, or be empty; a state is kept."""
    sent = {**BERLIN, **change}
    answer = await desk.post({"productId": 1, "shippingAddress": {k: v for k, v in sent.items() if v is not None}})
    assert answer.status_code == 201, answer.text
    kept = answer.json()["shippingAddress"]
    assert {key: value for key, value in kept.items() if value} == {k: v for k, v in sent.items() if v}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "XX"}, "country"), ({"country": "UK"}, "country"), ({"country": "de"}, "country"),
        ({"postalCode": None}, "postalCode"), ({"postalCode": " "}, "postalCode"), ({"city": ""}, "city"),
        ({"country": "US", "postalCode": None}, "postalCode"), ({"state": "x" * 201}, "state"),
    ],
)  # fmt: skip
async def test_bad_addresses(desk: Desk, change: dict[str, Any], field: str) -> None:
    """422 that names the field: an unknown country, or what this country needs."""
    sent = {key: value for key, value in {**BERLIN, **change}.items() if value is not None}
    answer = await desk.post({"productId": 1, "shippingAddress": sent})
    assert answer.status_code == 422
    assert field in answer.text


async def test_addresses_of_older_orders_are_shown(desk: Desk) -> None:
    """An order from before, to a country that is none, is answered as it was given."""
    order_id = await desk.place()
    old = '{"name": "A", "line1": "B", "line2": null, "city": "C", "postalCode": "1", "country": "XX"}'
    await desk.rows(
        "UPDATE order_history SET shipping_address = CAST(:old AS jsonb) WHERE order_id = :id RETURNING order_id",
        old=old, id=order_id,
    )  # fmt: skip
    assert (await desk.order(order_id))["shippingAddress"]["country"] == "XX"
