"""The trace contract: a checkout is one connected trace, from the client through every part and back."""

import uuid

from deploy.native.layout import Layout
from tests.platform.client import Admin, Customer, wait_for
from tests.platform.traces import Trace, TraceStore, new_traceparent

# caller -> callee, for a checkout whose client sends `traceparent`
CHECKOUT = {
    ("frontend CLIENT checkout", "order-service SERVER POST /api/orders"),
    ("order-service SERVER POST /api/orders", "order-service CLIENT GET"),
    ("order-service CLIENT GET", "product-service SERVER GET /internal/products"),
    ("product-service SERVER GET /internal/products", "product-service CLIENT products.find"),
    ("order-service SERVER POST /api/orders", "order-service CLIENT INSERT"),
    ("order-service SERVER POST /api/orders", "order-service PRODUCER publish order.created"),
    ("order-service PRODUCER publish order.created", "product-service CONSUMER process order.created"),
    ("product-service CONSUMER process order.created", "product-service CLIENT products.update"),
    ("product-service CONSUMER process order.created", "product-service PRODUCER publish stock.reserved"),
    ("product-service PRODUCER publish stock.reserved", "order-service CONSUMER process stock.reserved"),
    ("order-service CONSUMER process stock.reserved", "order-service CLIENT UPDATE"),
    ("frontend CLIENT checkout", "payment-service SERVER POST /api/payments"),
    ("payment-service SERVER POST /api/payments", "payment-service CLIENT GET"),
    ("payment-service CLIENT GET", "order-service SERVER GET /api/orders/{order_id}"),
    ("payment-service SERVER POST /api/payments", "payment-service CLIENT INSERT"),
    ("payment-service CLIENT POST", "payment-provider SERVER POST /charges"),
    ("payment-provider CLIENT POST", "payment-service SERVER POST /api/payments/webhook"),
    ("payment-service SERVER POST /api/payments/webhook", "payment-service CLIENT UPDATE"),
    ("payment-service SERVER POST /api/payments/webhook", "payment-service PRODUCER publish payment.succeeded"),
    ("payment-service PRODUCER publish payment.succeeded", "order-service CONSUMER process payment.succeeded"),
    ("order-service CONSUMER process payment.succeeded", "order-service PRODUCER publish order.paid"),
    ("order-service PRODUCER publish order.paid", "product-service CONSUMER process order.paid"),
    ("product-service CONSUMER process order.paid", "product-service CLIENT products.update"),
    ("frontend CLIENT checkout", "product-service SERVER GET /api/products/{product_id}"),
    ("product-service SERVER GET /api/products/{product_id}", "product-service CLIENT GET"),
}


def checkout(platform: Layout, customer: Customer, product: str) -> tuple[str, str, str]:
    """Buy as a traced browser does: one root span around all calls. (trace id, order id, request id)"""
    trace_id, span_id, traceparent = new_traceparent()
    request_id = f"checkout-{uuid.uuid4().hex}"
    customer.http.headers.update({"traceparent": traceparent, "X-Request-ID": request_id})
    customer.http.get(f"/api/products/{product}").raise_for_status()
    order_id = customer.order(product)
    del customer.http.headers["traceparent"]
    customer.until(order_id, "awaiting_payment")
    customer.pay(order_id, traceparent=traceparent).raise_for_status()
    customer.until(order_id, "paid")
    TraceStore(platform).send_root(trace_id, span_id, "checkout")
    return trace_id, order_id, request_id


def complete(store: TraceStore, trace_id: str) -> Trace:
    """The trace, once the last spans of a checkout have arrived."""
    last = "product-service CONSUMER process order.paid"
    return wait_for(
        "the whole trace",
        lambda: store.get(trace_id),
        lambda t: {"frontend CLIENT checkout", last} <= {str(s) for s in t.spans} and not t.orphans(),
    )


def test_a_checkout_is_one_connected_trace(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Edge by edge; no span without its parent, and no second root."""
    store = TraceStore(platform)
    trace_id, *_ = checkout(platform, customer, admin.add_product(stock=2))

    trace = complete(store, trace_id)

    assert CHECKOUT - trace.edges() == set()
    assert [str(span) for span in trace.roots()] == ["frontend CLIENT checkout"]
    assert trace.orphans() == []
    systems = {span.attributes.get("db.system.name") or span.attributes.get("db.system") for span in trace.spans}
    assert {"postgresql", "mongodb", "redis"} <= systems


def test_a_consumer_span_links_to_its_producer(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Besides being its child; and both name the message."""
    store = TraceStore(platform)
    trace_id, *_ = checkout(platform, customer, admin.add_product(stock=2))
    trace = complete(store, trace_id)
    consumers = [span for span in trace.spans if span.kind == "CONSUMER"]
    by_id = {span.id: span for span in trace.spans}

    assert len(consumers) == 4
    for span in consumers:
        producer = by_id[span.parent]
        assert producer.kind == "PRODUCER"
        assert span.links == (producer.id,)
        assert span.attributes["messaging.message.id"] == producer.attributes["messaging.message.id"]


def test_a_checkout_is_found_by_what_people_know(platform: Layout, customer: Customer, admin: Admin) -> None:
    """order.id, request.id, enduser.id, payment.id, product.id."""
    store = TraceStore(platform)
    product = admin.add_product(stock=2)
    trace_id, order_id, request_id = checkout(platform, customer, product)
    complete(store, trace_id)
    payment_id = customer.payment(order_id)["id"]

    assert store.search("order-service", order_id=order_id) >= {trace_id}
    assert store.search("order-service", request_id=request_id) >= {trace_id}
    assert store.search("order-service", enduser_id=customer.id) >= {trace_id}
    assert store.search("payment-service", payment_id=payment_id) >= {trace_id}
    assert store.search("product-service", product_id=product) >= {trace_id}


def test_a_server_span_bears_no_message_spans(platform: Layout, customer: Customer, admin: Admin) -> None:
    """No `http send` or `http receive`; stable semantic conventions only."""
    store = TraceStore(platform)
    trace_id, *_ = checkout(platform, customer, admin.add_product(stock=2))
    trace = complete(store, trace_id)

    assert [s for s in trace.spans if s.name.endswith(("http send", "http receive"))] == []
    servers = [s for s in trace.spans if s.kind == "SERVER"]
    assert all("http.request.method" in s.attributes and "http.method" not in s.attributes for s in servers)
