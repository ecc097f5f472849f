"""The envelope of every event, and how one is read. What each type carries is in contracts.py."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import uuid_utils
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.shared import strict_json
from services.shared.events import contracts
from services.shared.events.contracts import Data

__all__ = ["Event", "MisfitError", "new_id", "read_event"]

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)  # there was no shop before
_AHEAD = timedelta(days=1)  # by which a publisher's clock may be wrong


class MisfitError(ValueError):
    """A message that no later attempt can make right: it goes to the dead letters at once."""


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and sorted by time."""
    return str(uuid_utils.uuid7())


def _as_time(value: object) -> object:
    """Text of RFC 3339 as a time; numbers, which pydantic would take for seconds, stay what they are."""
    return datetime.fromisoformat(value) if isinstance(value, str) and _RFC3339.fullmatch(value) else value


def _of_these_days(time: datetime) -> datetime:
    if not _FIRST <= time <= datetime.now(UTC) + _AHEAD:
        raise ValueError("is long ago or in the future")
    return time


class Event(BaseModel):
    """Something that happened. `id` is the same in every copy: consumers use it to recognise one."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", hide_input_in_errors=True, serialize_by_alias=True
    )

    id: str = Field(default_factory=new_id, pattern=r"^[A-Za-z0-9-]{1,64}$")
    type: str
    time: Annotated[AwareDatetime, BeforeValidator(_as_time), AfterValidator(_of_these_days)] = Field(
        default_factory=lambda: datetime.now(UTC)
    )
    version: int = 1
    data: Any  # the type's model of contracts.py, or what becomes it

    @field_validator("type")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in contracts.CONTRACTS:
            raise ValueError("is no event of ours")
        return value

    @field_validator("data", mode="plain")
    @classmethod
    def _keeps_the_contract(cls, value: Any, info: ValidationInfo) -> Data:
        if (contract := contracts.CONTRACTS.get(info.data.get("type", ""))) is None:
            raise ValueError("belongs to no type")
        if isinstance(value, contract):
            return value
        return contract.model_validate(value, by_alias=True, by_name=False)

    @model_validator(mode="after")
    def _is_of_a_known_form(self) -> "Event":
        if self.version != self.data.FORM:
            raise ValueError(f"version {self.version} is not known")
        return self


def read_event(body: bytes, *, message_id: str | None, message_type: str | None) -> Event:
    """The event in a message's body, whose AMQP properties must say the same. Raises MisfitError."""
    try:
        parsed = strict_json.loads(body.decode())
        if not isinstance(parsed, dict) or not parsed.keys() >= Event.model_fields.keys():
            raise ValueError("a member of the envelope is missing")
        event = Event.model_validate(parsed)
    except ValueError as error:
        raise MisfitError(str(error)) from error
    if (message_id, message_type) != (event.id, event.type):
        raise MisfitError("the message's id or type is not the event's")
    return event
