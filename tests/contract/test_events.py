"""What is published obeys the schemas of docs/events/, and says nothing that they do not describe."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.installation.layout import CHECKOUT
from services.shared.events.envelope import Event
from services.shared.events.topology import QUEUES
from tests.platform.client import Admin, Customer
from tests.platform.messages import Recorded, Recorder
from tests.waiting import wait_for

SCHEMAS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in Path(CHECKOUT, "docs/events").glob("*.json")
}
ENVELOPE = SCHEMAS.pop("envelope")


def check(message: Recorded) -> None:
    """One message against its schema, and its properties against its body."""
    body = json.loads(message.body)
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(ENVELOPE, format_checker=checker).validate(body)
    Draft202012Validator(SCHEMAS[body["type"]]).validate(body["data"])
    assert body["data"].keys() == SCHEMAS[body["type"]]["properties"].keys()
    assert (message.routing_key, message.message_id) == (body["type"], body["id"])
    assert message.headers["x-request-id"] == message.correlation_id
    assert message.headers["x-attempt"] == 1


def test_every_event_that_is_published_obeys_its_schema(
    customer: Customer, admin: Admin, messages: Recorder
) -> None:
    """All types, each seen."""
    product = admin.add_product(stock=3)
    paid = customer.reserved_order(product)
    customer.pay(paid, "declined")
    customer.until(paid, "payment_failed")
    customer.pay(paid)
    customer.until(paid, "paid")
    customer.until(customer.order(product, 50), "rejected")
    refunded = customer.reserved_order(product)
    customer.pay(refunded, "slow")
    customer.http.put(f"/api/orders/{refunded}/status", json={"status": "cancelled"})
    messages.until(refunded, "payment.refunded")

    seen = wait_for("all types", messages.all, lambda all_: {m.routing_key for m in all_} == set(SCHEMAS))

    for message in seen:
        check(message)


def test_the_topology_and_the_schemas_know_the_same_events() -> None:
    """No queue waits for an event that nobody described, and every event has somebody who listens."""
    assert {event for types in QUEUES.values() for event in types} == set(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_examples_obey_their_schemas(name: str) -> None:
    """So that the examples can stand for the events in the services' tests."""
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        Draft202012Validator(schema).validate(example)
        assert Event(type=name, data=example).data.model_dump() == example
