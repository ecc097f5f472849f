"""The trace contract (tests/contract/traces.toml), held against real traces of every journey, both ways."""

from collections.abc import Callable, Iterator

import pytest

from deploy.cli import trace_search
from deploy.installation.layout import Layout
from tests.platform.journeys import JOURNEYS, SERVICES, UNTRACED, Walks
from tests.platform.traces import TraceStore


@pytest.fixture(scope="module")
def walks(platform: Layout, age_order: Callable[[str], None]) -> Iterator[Walks]:
    """Every journey, made once."""
    with TraceStore(platform) as store:
        walks = Walks(platform, store, age_order)
        walks.make()
        yield walks


@pytest.mark.parametrize("journey", [*JOURNEYS, *(f"{name} untraced" for name in UNTRACED)])
def test_a_journey_leaves_the_trace_that_was_agreed(walks: Walks, journey: str) -> None:
    """No edge is missing, none unexpected; one root, no span without its parent; no other trace of the request."""
    walk, trace = walks.made[journey], walks.trace(journey)
    wrong = walk.contract.deviations(trace)

    assert not wrong, "\n".join(wrong)
    assert walks.store.search(*SERVICES, shop_request_id=walk.request_id) == {walk.trace_id}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_spans_of_a_journey_are_in_the_agreed_form(walks: Walks, journey: str) -> None:
    """The request id on all work that is done for it; stable conventions only, and no `http send` or `receive`."""
    ours = [span for span in walks.trace(journey).spans if span.service in SERVICES]
    work = [span for span in ours if span.kind != "CLIENT"]
    servers = [span for span in ours if span.kind == "SERVER"]

    assert {span.attributes.get("shop.request.id") for span in work} == {walks.made[journey].request_id}
    assert all("http.request.method" in s.attributes and "http.method" not in s.attributes for s in servers)
    assert [s for s in ours if "db.system" in s.attributes or s.name.endswith(("http send", "http receive"))] == []


@pytest.mark.parametrize("journey", ["checkout", "decline", "cancel", "expire", "edit"])
def test_a_consumer_span_links_to_its_producer(walks: Walks, journey: str) -> None:
    """Besides being its child; and both name the message."""
    spans = {span.id: span for span in walks.trace(journey).spans}
    consumers = [span for span in spans.values() if span.kind == "CONSUMER"]

    assert consumers
    for span in consumers:
        producer = spans[span.parent]
        assert producer.kind == "PRODUCER"
        assert span.links[0] == (walks.made[journey].trace_id, producer.id)
        assert span.attributes["messaging.message.id"] == producer.attributes["messaging.message.id"]


def test_a_checkout_is_found_by_what_people_know(walks: Walks) -> None:
    """Of the request, the order, the person, the payment, the product and the message."""
    walk = walks.made["checkout"]
    spans = walks.trace("checkout").spans
    message = next(s.attributes["messaging.message.id"] for s in spans if ":order.paid:" in s.name)
    payment = next(s.attributes["shop.payment.id"] for s in spans if s.name == "POST /api/payments")

    for service, known in (
        ("order-service", {"shop_order_id": walk.order_id}),
        ("order-service", {"shop_request_id": walk.request_id}),
        ("order-service", {"enduser_id": walks.customer.id}),
        ("payment-service", {"shop_payment_id": payment}),
        ("product-service", {"shop_product_id": walks.product}),
        ("product-service", {"messaging_message_id": message}),
    ):
        assert walk.trace_id in walks.store.search(service, **known), known


@pytest.mark.parametrize("journey", ["pay untraced", "decline", "cancel"])
def test_what_moves_an_order_from_another_trace_links_to_the_order(walks: Walks, journey: str) -> None:
    """So with plain curl, too, the payment leads to the order; and `./shop trace <order id>` shows both."""
    walk, store = walks.made[journey], walks.store
    linked = {trace_id for span in walks.trace(journey).spans for trace_id, _ in span.links} - {walk.trace_id}

    (order,) = linked
    assert "POST /api/orders" in {span.name for span in store.get(order).spans}
    assert {order, walk.trace_id} <= trace_search.find(store.client, walk.order_id).keys()
