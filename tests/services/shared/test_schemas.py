"""The wire format: what goes in comes out, and what clients make up is refused as theirs."""

import base64
import json
import random
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.shared.errors import Unprocessable
from services.shared.events.envelope import new_id
from services.shared.schemas import Identifier, Schema, Text, decode_cursor, encode_cursor

NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("values", [(NOW, "id-1"), (5, "ä"), ("",), (-(2**63),)])
def test_cursor_round_trip(values: tuple[Any, ...]) -> None:
    """A cursor holds its values exactly."""
    cursor = encode_cursor(*values)
    assert decode_cursor(cursor, *(type(value) for value in values)) == list(values)
    assert cursor.isascii()
    assert "=" not in cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "", "%", "ä", "AAAA", "a" * 200, _cursor(None), _cursor([]), _cursor({}), _cursor([1, 2]),
        _cursor([NOW.isoformat()]), _cursor([NOW.isoformat(), "id", "more"]), _cursor([NOW.isoformat(), 1]),
        _cursor(["yesterday", "id"]), _cursor([1, "id"]), _cursor([None, "id"]),
        _cursor(["2026-11-23T12:00:00", "id"]),  # of no time zone
        _cursor(["0001-01-01T00:00:00+23:59", "id"]),  # before the first year in UTC
        _cursor([NOW.isoformat(), "\x00"]), _cursor([NOW.isoformat(), "\ud800"]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(), base64.urlsafe_b64encode(b"9" * 5000).decode(),
    ],
)  # fmt: skip
def test_foreign_cursor(cursor: str) -> None:
    """A cursor that is not ours is the client's mistake."""
    with pytest.raises(Unprocessable):
        decode_cursor(cursor, datetime, str)


@pytest.mark.parametrize("number", [True, 1.5, 2**63, 10**30, "1"])
def test_foreign_number(number: object) -> None:
    """Numbers are whole and fit a store's."""
    with pytest.raises(Unprocessable):
        decode_cursor(_cursor([number, "id"]), int, str)


def test_damaged_cursors() -> None:
    """Whatever happens to a cursor on its way, it is decoded or refused."""
    chance = random.Random(7)
    good = encode_cursor(NOW, "0193-id")
    for _ in range(3000):
        letters = list(good)
        for _ in range(chance.randint(1, 4)):
            letters[chance.randrange(len(letters))] = chr(
                chance.choice((chance.randrange(128), chance.randrange(3000)))
            )
        try:
            moment, identifier = decode_cursor("".join(letters), datetime, str)
        except Unprocessable:
            continue
        assert moment.tzinfo is not None
        assert identifier.encode()


@pytest.mark.parametrize(("given", "kept"), [(1, "1"), ("a-1", "a-1"), (60, "60")])
def test_identifier(given: object, kept: str) -> None:
    """An integer is taken as its text."""
    assert TypeAdapter(Identifier).validate_python(given) == kept


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a/b", "..", True, 1.0, None, "a\n", "ä"])
def test_no_identifier(given: object) -> None:
    """Anything that would be another path, or is no text, is none."""
    with pytest.raises(ValidationError):
        TypeAdapter(Identifier).validate_python(given)


def test_text() -> None:
    """Text is stripped; NUL, which no database keeps, is refused."""
    assert TypeAdapter(Text).validate_python("  a b ") == "a b"
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_python("a\x00b")


def test_schema() -> None:
    """camelCase outside, snake_case inside, nothing unknown."""

    class Thing(Schema):
        price_cents: int

    assert Thing.model_validate({"priceCents": 5}).model_dump(by_alias=True) == {"priceCents": 5}
    with pytest.raises(ValidationError):
        Thing.model_validate({"priceCents": 5, "pricecents": 6})


@pytest.mark.parametrize(
    "secret", ["4242424242424242", "4242-4242-4242-4242", "eyJhbGciOiJFZERTQSJ9", 4242424242424242]
)
def test_what_looks_like_a_secret_is_no_id(secret: object) -> None:
    """An id stands in paths, logs, traces and events: a card or a token in its place is refused."""
    with pytest.raises(ValidationError, match="looks like a secret"):
        TypeAdapter(Identifier).validate_python(secret)


def test_ids_that_we_make_are_ids() -> None:
    """UUIDs, by chance full of digits, and the seeded products' numbers."""
    chance = random.Random(7)
    ids = [str(uuid.UUID("".join(chance.choices("23456789a", k=32)))) for _ in range(500)]
    for identifier in (*ids, new_id(), "1", "12", uuid.uuid4().hex):
        assert TypeAdapter(Identifier).validate_python(identifier) == identifier
