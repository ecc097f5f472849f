"""docs/events/: the JSON Schemas are those that the models of services/shared/events/contracts.py make."""

import json
from pathlib import Path

import pytest

from docs.events import build

FOLDER = Path(build.__file__).parent
SCHEMAS = build.schemas()


def test_there_is_a_schema_of_each_event_and_no_other() -> None:
    """An event that is gone leaves none behind."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_fresh(name: str) -> None:
    """`python -m docs.events.build` would change nothing."""
    assert json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) == SCHEMAS[name]
