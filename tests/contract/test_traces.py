"""The trace contract itself: what it is made of, and that it notices every way in which a trace can be wrong."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.traces import CLIENT, JOURNEYS, Edge, contract
from tests.platform import journeys
from tests.platform.traces import Span, Trace

ACCESS = tomllib.loads((Path(__file__).parents[1] / "services" / "access.toml").read_text(encoding="utf-8"))
_READ = "one read of the service's own store, as in the journeys that read one"
_WRITE = "one change of the service's own store; it calls no other service and sends no event"
_EDIT = "as the journey `edit`: a change of one product, and `product.changed`"
# Routes that no journey takes, each with the reason.
UNWALKED = {
    "POST /api/users/logout": _WRITE,
    "POST /api/users/logout-all": _WRITE,
    "GET /api/users/profile": _READ,
    "PUT /api/users/profile": _WRITE,
    "GET /.well-known/jwks.json": "asked once by each process: the journeys begin when all have the keys",
    "GET /api/orders": _READ,
    "GET /api/orders/statistics": _READ,
    "GET /api/orders/{order_id}/history": _READ,
    "GET /api/products/low-stock": _READ,
    "POST /api/products": _EDIT,
    "DELETE /api/products/{product_id}": _EDIT,
    "POST /api/products/{product_id}/stock": _EDIT,
    "GET /charges/{payment_id}": "asked only when the provider's call back did not come in time",
    "POST /charges/{payment_id}/refunds": "asked only for a payment of an order that was cancelled meanwhile",
    "GET /ledger": "for `./shop reconcile`, which is no click",
    "GET /ledger/copy": "for a backup, which is no click",
}
KINDS = {"http", "message", "internal", "database", "cache"}


def span(number: int, parent: int, service: str, kind: str, name: str, **attributes: str) -> Span:
    """A span whose ids are its numbers; parent 0: a root."""
    told = {key.replace("_", "."): value for key, value in attributes.items()}
    return Span(str(number), str(parent or ""), service, name, kind, told, (), "")


GOOD = (
    span(1, 0, "frontend", "CLIENT", "edit"),
    span(2, 1, "product-service", "SERVER", "PUT /api/products/{product_id}"),
    span(3, 2, "product-service", "CLIENT", "findAndModify products", db_system_name="mongodb",
         db_operation_name="findAndModify", db_collection_name="products"),
    span(4, 2, "product-service", "CLIENT", "SET", db_system_name="redis", db_operation_name="SET"),
    span(5, 2, "product-service", "PRODUCER", "publish product.changed"),
    span(6, 5, "order-service", "CONSUMER", "process product.changed"),
    span(7, 6, "order-service", "CLIENT", "INSERT inbox", db_system_name="postgresql",
         db_operation_name="INSERT", db_collection_name="inbox"),
    span(8, 6, "order-service", "CLIENT", "INSERT product_info", db_system_name="postgresql",
         db_operation_name="INSERT", db_collection_name="product_info"),
)  # fmt: skip
UPDATE = span(9, 6, "order-service", "CLIENT", "UPDATE orders", db_system_name="postgresql",
              db_operation_name="UPDATE", db_collection_name="orders")  # fmt: skip


def deviations(*spans: Span, journey: str = "edit") -> list[str]:
    """What is wrong with a trace of these spans."""
    return contract(journey).deviations(Trace("t", list(spans)))


@pytest.mark.parametrize("journey", journeys.JOURNEYS)
def test_every_caller_is_called_by_somebody(journey: str) -> None:
    """From the client on; and there are only kinds that the table explains."""
    edges = set(contract(journey).edges)
    reached = {CLIENT}
    while more := {edge.callee for edge in edges if edge.caller in reached} - reached:
        reached |= more

    assert {edge.caller for edge in edges} <= reached
    assert {edge.kind for edge in edges} <= KINDS


def test_every_route_is_walked_or_has_a_reason() -> None:
    """Whatever a client or another service may ask; `every` are health, metrics and documents."""
    routes = {route for service, rules in ACCESS.items() if service != "every" for route in rules}
    agreed = [contract(journey) for journey in JOURNEYS]
    edges = {edge for each in agreed for edge in {*each.edges, *each.optional}}
    walked = {edge.callee.partition(" ")[2] for edge in edges if edge.kind == "http"}

    assert walked - routes == set()
    assert routes - walked == UNWALKED.keys()


def test_every_table_is_made_or_part_of_one_that_is() -> None:
    """And says what it is; what is optional has a reason."""
    parts = {part for told in JOURNEYS.values() for part in told.get("includes", ())}

    assert parts | {"bought", *journeys.JOURNEYS} == JOURNEYS.keys()
    assert all(told["does"] and told.get("optional", {"why": "nothing is"})["why"] for told in JOURNEYS.values())


def test_a_trace_as_agreed_has_no_deviations() -> None:
    """What the browser does within itself is not ours to say."""
    assert deviations(*GOOD, span(10, 1, "frontend", "INTERNAL", "render")) == []


@pytest.mark.parametrize("number", range(1, 9))
def test_every_span_is_missed(number: int) -> None:
    """Whichever is left out."""
    assert deviations(*(one for one in GOOD if one.id != str(number)))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            UPDATE,
            "unexpected: order-service process product.changed -> postgresql UPDATE orders (database, 1 times)",
        ),
        (
            replace(GOOD[7], id="9"),
            "unexpected: order-service process product.changed -> postgresql INSERT product_info",
        ),
        (span(9, 0, "order-service", "INTERNAL", "expire order"), "a root: order-service expire order"),
        (span(9, 0, "frontend", "CLIENT", "edit"), "a root: client"),
        (span(9, 77, "order-service", "INTERNAL", "expire order"), "without its parent: order-service INTERNAL"),
        (span(9, 2, "product-service", "CLIENT", "GET"), "unexpected: product-service PUT"),
        (span(9, 2, "product-service", "PRODUCER", "publish x"), "unexpected: product-service PUT"),
        (span(9, 6, "order-service", "INTERNAL", "more work"), "unexpected: order-service process"),
    ],
)
def test_every_surplus_is_noticed(more: Span, told: str) -> None:
    """A query, one made twice, a second root, an orphan, a call or message that nobody took, more work."""
    found = deviations(*GOOD, more)

    assert len(found) == 1
    assert found[0].startswith(told)


def test_what_is_optional_may_be_there_or_not() -> None:
    """A message that is told twice is as agreed, as long as the second has no effect."""
    again = [replace(GOOD[5], id="9"), replace(GOOD[6], id="10", parent="9")]

    assert deviations(*GOOD, *again) == []
    assert deviations(*GOOD, *again, replace(GOOD[7], id="11", parent="9"))


def test_an_order_may_be_found_expired_twice() -> None:
    """By both replicas, and nothing else is optional."""
    once_more = Edge("order-service POST /api/orders", "order-service expire order", "internal")

    assert contract("expire").optional == {
        once_more,
        Edge("order-service expire order", "postgresql SELECT orders", "database"),
    }


@pytest.mark.parametrize("with_client", [True, False])
def test_a_gateway_that_makes_spans_stands_between(with_client: bool) -> None:
    """With a client that sends `traceparent`, or as the root itself."""
    gateway = span(20, 1 if with_client else 0, "gateway", "SERVER", "/api/products")
    spans = [gateway, replace(GOOD[1], parent="20"), *GOOD[2:], *(GOOD[:1] if with_client else ())]
    agreed = contract("edit", with_client=with_client, with_gateway=True)

    assert agreed.deviations(Trace("t", spans)) == []
    assert agreed.deviations(Trace("t", list(GOOD)))
