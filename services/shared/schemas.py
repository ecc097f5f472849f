"""The form of JSON on the wire: camelCase outside, snake_case inside; text that every store accepts."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from observability.redaction import looks_secret
from services.shared.errors import Unprocessable
from services.shared.invalid import MOST_FIELDS

__all__ = [
    "DIGITS",
    "WHOLE",
    "Identifier",
    "Page",
    "Request",
    "Schema",
    "Text",
    "Whole",
    "decode_cursor",
    "encode_cursor",
    "no_secret",
]

T = TypeVar("T")


class Schema(BaseModel):
    """Base of what is answered and stored. Unknown members are an error."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        from_attributes=True,
        extra="forbid",
        json_schema_serialization_defaults_required=True,  # an answer has them always
    )
    _members: ClassVar[frozenset[str]]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls._members = frozenset(field.alias or key for key, field in cls.model_fields.items())
        if cls.model_config["populate_by_name"]:
            cls._members |= cls.model_fields.keys()

    @model_validator(mode="before")
    @classmethod
    def _only_known(cls, value: Any) -> Any:
        """With an unknown member nothing else is looked at: thousands of them cost no more than one."""
        if isinstance(value, dict) and not value.keys() <= cls._members:
            unknown = islice((name for name in value if name not in cls._members), MOST_FIELDS)
            errors = [InitErrorDetails(type="extra_forbidden", loc=(name,), input=None) for name in unknown]
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return value


class Request(Schema):
    """Base of what clients send: under the names of the document alone, so that a typing mistake is seen."""

    model_config = ConfigDict(populate_by_name=False)


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL")
    return value


def _integer_as_text(value: object) -> object:
    return str(value) if type(value) is int else value


def _whole(value: object) -> object:
    """JSON has one kind of number, so 2.0 is 2; true is none."""
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is int:
        return value
    raise PydanticCustomError("int_type", "Input should be a whole number")


def _digits(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise PydanticCustomError("int_parsing", "Input should be digits only")
        return int(value)
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_storable)]
"""A string without NUL, which PostgreSQL cannot hold."""

# In Annotated these stand after the range of a number: behind them a range would be no part of the document.
WHOLE = BeforeValidator(_whole)
"""An integer of a body: neither true nor text."""

DIGITS = BeforeValidator(_digits)
"""An integer of a query: 1 to 18 ASCII digits, without sign, space or underscore."""

Whole = Annotated[int, WHOLE]
"""An integer of a body that is always there."""


def no_secret(value: str) -> str:
    """For ids, which go everywhere: what looks like a card or a token is none."""
    if looks_secret(value):
        raise ValueError("looks like a secret, which is no id")
    return value


Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$"),
    AfterValidator(no_secret),
    BeforeValidator(_integer_as_text),
]
"""An id; an integer is accepted as its string."""


class Page(Schema, Generic[T]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*values: str | int | datetime) -> str:
    """An opaque cursor that holds the sort values of a page's last row."""
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    text = json.dumps(plain, ensure_ascii=False)  # escaped, a letter outside ASCII would be three times as long
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode().rstrip("=")  # as it is read


def _check(value: object, kind: type[Any]) -> None:
    """Raises for what a store cannot take: a cursor may have been made by anybody."""
    if type(value) is not kind:
        raise TypeError
    if isinstance(value, str):
        _storable(value).encode()
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError
        value.astimezone(UTC)
    elif isinstance(value, int):
        value.to_bytes(8, signed=True)


def decode_cursor(cursor: str, *kinds: type[Any]) -> list[Any]:
    """The values of `encode_cursor`, checked against their `kinds`. Raises Unprocessable when it is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        decoded = [datetime.fromisoformat(v) if k is datetime else v for v, k in zip(values, kinds, strict=True)]
        for value, kind in zip(decoded, kinds, strict=True):
            _check(value, kind)
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise Unprocessable("The cursor is not valid.", kind="invalid-cursor") from error
    return decoded
