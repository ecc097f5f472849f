"""An amount of money, and its currency: in what clients send, what services answer, and what events carry."""

from typing import Annotated

from pydantic import Field, StringConstraints

__all__ = ["MAX_CENTS", "Cents", "Currency"]

MAX_CENTS = 10**12
"""More than the dearest order costs; what the provider takes at most."""
Cents = Annotated[int, Field(ge=0, le=MAX_CENTS)]
"""An amount in minor units."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""
