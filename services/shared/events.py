"""The envelope of every event. What each type carries is in docs/events/."""

from datetime import UTC, datetime
from typing import Any

import uuid_utils
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

__all__ = ["Event", "new_id"]


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and sorted by time."""
    return str(uuid_utils.uuid7())


class Event(BaseModel):
    """Something that happened. `id` is the same in every copy: consumers use it to recognise one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(default_factory=new_id, min_length=1, max_length=64)
    type: str = Field(max_length=64)
    time: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    version: int = 1
    data: dict[str, Any]
