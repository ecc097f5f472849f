"""What other services answer: checked like what clients send, and free to come to say more."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from services.shared.schemas import Text

__all__ = ["Answer", "Name"]


class Answer(BaseModel):
    """Base of what a peer answers. Types are not converted: `true` is no price."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", strict=True, frozen=True
    )


Name = Annotated[Text, StringConstraints(max_length=500)]
"""Text of a bounded size that every store accepts."""
