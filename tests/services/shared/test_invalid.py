"""services.shared.invalid"""

from typing import Annotated

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

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


def test_a_text_consists_of_characters() -> None:
    """Also one with a check of its own, of which the library says that it has items."""
    text = Annotated[str, AfterValidator(str.strip), Field(max_length=3)]
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(text).validate_python("long")
    assert invalid_fields(caught.value.errors())[0]["message"] == "Value should have at most 3 characters, not 4"
