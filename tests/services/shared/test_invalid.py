"""services.shared.invalid"""

from typing import Annotated

import pytest
from pydantic import AfterValidator, TypeAdapter, ValidationError

from services.shared.invalid import invalid_fields


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


@pytest.mark.parametrize(("given", "message"), [(3, "must be even"), ("x", "Input should be a valid integer")])
def test_a_sentence_of_ours_stands_alone(given: object, message: str) -> None:
    """Without the words that the library puts in front of it; its own sentences stay."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[Annotated[int, AfterValidator(_even)]]).validate_python([2, given])
    (fault,) = invalid_fields(caught.value.errors())
    assert fault["field"] == "1"
    assert fault["message"].startswith(message)
