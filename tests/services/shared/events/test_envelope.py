"""Events are read by their contract: what does not fit never reaches a handler, and is never published."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from docs.events import build
from services.shared.events.contracts import CONTRACTS
from services.shared.events.envelope import Event, MisfitError, read_event

TYPES = sorted(set(CONTRACTS))
WRONG_IDS = [{"$gte": "0"}, ["1"], 1, True, None, "", "a" * 65, "a b", "a\n", "é", "1\x00"]
WRONG_NUMBERS = [-500, True, "2", 2.0, 1.5, None, 2**63, 10**400, {"$gt": 0}]
WRONG_TEXTS = [{"$ne": ""}, 1, None, "a\x00b", "\ud800", "x" * 501, ["text"]]


def message(kind: str, data: Any = None, **envelope: Any) -> dict[str, Any]:
    """The body of a message of this type; by default that of the documentation."""
    data = copy.deepcopy(CONTRACTS[kind].EXAMPLE) if data is None else data
    return {"id": "e-1", "type": kind, "time": "2026-01-01T00:00:00.5Z", "version": 1, "data": data, **envelope}


def read(body: dict[str, Any] | bytes, **properties: str | None) -> Event:
    """As a consumer does."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = body if isinstance(body, dict) else {"id": "e-1", "type": "stock.reserved"}
    return read_event(raw, **{"message_id": told.get("id"), "message_type": told.get("type"), **properties})


def _values(kind: str, value: Any) -> list[Any]:
    """Wrong values for a member with this example."""
    if isinstance(value, bool):
        return [0, 1, "true", None, {"$ne": True}]
    if isinstance(value, int):
        return WRONG_NUMBERS
    if isinstance(value, list):
        return [[], {}, "1", None, [None], value * 51, [*value, {"$gte": ""}]]
    return WRONG_IDS if kind.endswith("Id") else WRONG_TEXTS


CASES = [
    pytest.param(kind, member, wrong, id=f"{kind} {member} {str(wrong)[:20]!a}")
    for kind in TYPES
    for member, value in CONTRACTS[kind].EXAMPLE.items()
    for wrong in _values(member, value)
]


@pytest.mark.parametrize(("kind", "member", "wrong"), CASES)
def test_each_member_of_each_event_is_checked(kind: str, member: str, wrong: Any) -> None:
    """A value of another type or beyond its bounds: refused at consume, and at publish before it is written."""
    data = {**CONTRACTS[kind].EXAMPLE, member: wrong}
    with pytest.raises(MisfitError):
        read(message(kind, data))
    with pytest.raises(ValidationError):
        Event(type=kind, data=data)


@pytest.mark.parametrize("kind", TYPES)
def test_each_member_is_needed_and_a_further_one_is_left_out(kind: str) -> None:
    """A newer publisher may add members; an older one leaves out only those with a default, and misspells none."""
    example = CONTRACTS[kind].EXAMPLE
    needed = {field.alias for field in CONTRACTS[kind].model_fields.values() if field.is_required()}
    for member in needed:
        with pytest.raises(MisfitError):
            read(message(kind, {k: v for k, v in example.items() if k != member}))
    with pytest.raises(MisfitError):
        read(
            message(kind, {"order_id" if k == "orderId" else k: v for k, v in example.items()} | {"productId": 0})
        )
    assert read(message(kind, {**example, "more": {"$gte": "0"}})).data.model_dump() == example


@pytest.mark.parametrize("quantity", [*WRONG_NUMBERS, 0, 101])
def test_quantities_are_those_of_an_order(quantity: Any) -> None:
    """-500 would add 500 to the stock."""
    line = {"productId": "1", "quantity": quantity}
    with pytest.raises(MisfitError):
        read(message("order.created", {**CONTRACTS["order.created"].EXAMPLE, "lines": [line]}))


def test_lines_name_a_product_once() -> None:
    """Two lines of one product would pass the limit of each."""
    lines = [{"productId": "1", "quantity": 100}] * 2
    with pytest.raises(MisfitError, match="two lines"):
        read(message("order.created", {**CONTRACTS["order.created"].EXAMPLE, "lines": lines}))


@pytest.mark.parametrize(
    "envelope",
    [
        {"id": ""}, {"id": "x" * 65}, {"id": {"$ne": ""}}, {"id": 7}, {"id": "a b"}, {"id": "\x00"},
        {"type": "order.unheard"}, {"type": ["stock.reserved"]}, {"type": None},
        {"version": 2}, {"version": 0}, {"version": "1"}, {"version": True}, {"version": 1.0},
        {"time": "yesterday"}, {"time": 1767225600}, {"time": "2026-01-01T00:00:00"},
        {"time": "2026-02-30T00:00:00Z"},
        {"time": "1970-01-01T00:00:00Z"},
        pytest.param({"time": (datetime.now(UTC) + timedelta(days=2)).isoformat()}, id="two days from now"),
        {"time": "0001-01-01T00:00:00+14:00"}, {"time": "9999-12-31T23:59:59-14:00"}, {"time": None},
        {"data": 0}, {"data": []}, {"data": "{}"},
    ],
    ids=str,
)  # fmt: skip
def test_the_envelope_is_checked(envelope: dict[str, Any]) -> None:
    """Whatever the data are."""
    with pytest.raises(MisfitError):
        read(message("stock.reserved", **envelope))


@pytest.mark.parametrize("member", ["id", "type", "time", "version", "data"])
def test_nothing_of_the_envelope_is_made_up(member: str) -> None:
    """A message without an id gets none, or a copy of it would be another event."""
    with pytest.raises(MisfitError):
        read({k: v for k, v in message("stock.reserved").items() if k != member})


@pytest.mark.parametrize(
    "properties", [{"message_id": "e-2"}, {"message_id": None}, {"message_type": "order.paid"}]
)
def test_amqp_says_the_same_as_the_body(properties: dict[str, str | None]) -> None:
    """Logs and `./shop dlq` show the properties, handlers act by the body."""
    with pytest.raises(MisfitError, match="not the event's"):
        read(message("stock.reserved"), **properties)


GOOD = json.dumps(message("stock.reserved"))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"1", b"\xff", GOOD.encode() + b"x",
        GOOD.encode("utf-16"), b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace('"id"', '"id": "e-0", "id"').encode(),
        GOOD.replace('"orderId"', '"orderId": "other", "orderId"').encode(),
        GOOD.replace('"version": 1', '"version": NaN').encode(),
        GOOD.replace('"data": {', '"data": {"more": Infinity, ').encode(),
        GOOD.replace('"version": 1', '"version": ' + "1" * 5000).encode(),
        GOOD.replace('"data": {', '"data": {"more": ' + "[" * 100_000 + "]" * 100_000 + ", ").encode(),
        GOOD.replace('"data": {', '"data": {"more": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ", ").encode(),
    ],
    ids=lambda body: ascii(body)[:40],
)  # fmt: skip
def test_a_body_that_readers_may_take_for_different_things_is_refused(body: bytes) -> None:
    """No JSON, JSON of another encoding, a member twice, numbers that are none, a depth without end."""
    with pytest.raises(MisfitError):
        read(body)


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_published_is_read_back(kind: str) -> None:
    """Also by who knows only the published schemas."""
    event = Event(type=kind, data=CONTRACTS[kind].EXAMPLE)
    raw = event.model_dump_json().encode()
    assert read_event(raw, message_id=event.id, message_type=kind) == event == Event.model_validate_json(raw)
    schemas = build.schemas()
    Draft202012Validator(schemas["envelope"]).validate(json.loads(raw))
    Draft202012Validator(schemas[kind]).validate(json.loads(raw)["data"])
