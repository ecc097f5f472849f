"""Makes the JSON Schemas here from services/shared/events/contracts.py: `python -m docs.events.build`."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from services.shared.events.contracts import CONTRACTS
from services.shared.events.envelope import Event

__all__ = ["build", "schemas"]

_FOLDER = Path(__file__).parent
_ENVELOPE = (
    "The body of every message. AMQP properties repeat it: message_id is id, type is type, correlation_id is the "
    "request id; headers are x-request-id, traceparent and x-attempt."
)


class _Plain(GenerateJsonSchema):
    """A schema without titles that only repeat a member's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of the envelope and of each type, by the name of its file."""
    made = {"envelope": _envelope()}
    for name, contract in CONTRACTS.items():
        made[name] = {**_schema(name, contract), "examples": [contract.EXAMPLE]}
    return made


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(schema_generator=_Plain)
    made["description"] = " ".join((model.__doc__ or "").split())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": name}


def _envelope() -> dict[str, Any]:
    """Every member is in what is published, also those that have a default for who makes an event."""
    made = {**_schema("envelope", Event), "description": _ENVELOPE, "required": list(Event.model_fields)}
    members = made["properties"]
    members["id"]["description"] = "The same in every copy of the event."
    members["type"]["enum"] = sorted(CONTRACTS)
    members["version"] = {"enum": sorted({contract.FORM for contract in CONTRACTS.values()})}
    members["data"] = {"type": "object", "description": "See the schema of the type."}
    return made


def build(folder: Path = _FOLDER) -> None:
    """Write all schemas."""
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()
