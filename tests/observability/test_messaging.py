"""observability.messaging"""

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from observability import request_id
from observability.messaging import consuming
from observability.testing import CapturedMessages, CapturedSpans, SentMessage

STORED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"


def test_message_continues_the_trace(captured_spans: CapturedSpans, captured_messages: CapturedMessages) -> None:
    """Request, PRODUCER and CONSUMER are one trace: each the child of the one before, the last linked too."""
    with trace.get_tracer("t").start_as_current_span("request"), request_id.bound("req-12345678"):
        message = captured_messages.publish("order.created", "m-1")
    with captured_messages.deliver(message, queue="payments", attempt=2):
        assert request_id.current() == "req-12345678"
    request, producer, consumer = (
        captured_spans.one(name)
        for name in ("request", "publish test:order.created", "process test:order.created:payments")
    )
    assert (producer.kind, consumer.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert producer.parent is not None
    assert producer.parent.span_id == request.context.span_id
    assert consumer.parent is not None
    assert consumer.parent.span_id == producer.context.span_id
    assert [link.context.span_id for link in consumer.links] == [producer.context.span_id]
    assert {span.context.trace_id for span in (request, producer, consumer)} == {request.context.trace_id}


def test_spans_follow_the_conventions(captured_spans: CapturedSpans, captured_messages: CapturedMessages) -> None:
    """Both sides can be searched by message and request."""
    message = captured_messages.publish("order.paid", "m-2", exchange="shop", request="req-12345678")
    with captured_messages.deliver(message, queue="orders", attempt=3):
        pass
    sent, received = (dict(span.attributes or {}) for span in captured_spans.all)
    for attributes in (sent, received):
        assert attributes["messaging.system"] == "rabbitmq"
        assert attributes["messaging.message.id"] == "m-2"
        assert attributes["shop.request.id"] == "req-12345678"
    assert (sent["messaging.operation.type"], sent["messaging.destination.name"]) == ("send", "shop:order.paid")
    place = "shop:order.paid:orders"
    assert (received["messaging.operation.type"], received["messaging.destination.name"]) == ("process", place)
    assert received["shop.message.attempt"] == 3


def test_outbox_publishes_in_the_name_of_the_request(
    captured_spans: CapturedSpans, captured_messages: CapturedMessages
) -> None:
    """What was stored wins over what is current in the relay; flags other than 01 are carried on."""
    with trace.get_tracer("t").start_as_current_span("relay"), request_id.bound("relay-id-1"):
        message = captured_messages.publish("order.paid", "m", traceparent=STORED, request="req-12345678")
    producer = captured_spans.one("publish test:order.paid")
    assert producer.parent is not None
    assert f"{producer.parent.span_id:016x}" == STORED.split("-")[2]
    assert message.headers["x-request-id"] == "req-12345678"
    assert message.headers["traceparent"].split("-")[1:3] == [
        STORED.split("-")[1],
        f"{producer.context.span_id:016x}",
    ]


@pytest.mark.parametrize(
    "headers", [{}, {"traceparent": "nonsense", "x-request-id": "no"}, {"traceparent": None}, {"traceparent": 7}]
)
def test_strange_headers_do_no_harm(headers: dict[str, str], captured_spans: CapturedSpans) -> None:
    """A message from elsewhere begins a trace and gets a request id."""
    with consuming("x", "m", exchange="e", queue="q", headers=headers, attempt=1):
        assert len(request_id.current()) == 32
    assert captured_spans.all[0].parent is None


def test_headers_may_be_bytes(captured_spans: CapturedSpans) -> None:
    """AMQP has long strings: clients give them as bytes."""
    headers = {"traceparent": STORED.encode(), "x-request-id": b"req-12345678"}
    with consuming("x", "m", exchange="e", queue="q", headers=headers, attempt=1):
        assert request_id.current() == "req-12345678"
    assert f"{captured_spans.all[0].context.trace_id:032x}" in STORED


def test_a_failure_marks_both_sides(captured_spans: CapturedSpans, captured_messages: CapturedMessages) -> None:
    """An exception in the handler marks the consumer span, and ends the binding of the request id."""
    with pytest.raises(ValueError, match="poison"), captured_messages.deliver(SentMessage("x", "m", "e", {})):
        raise ValueError("poison")
    assert captured_spans.one("process e:x:test").status.status_code is StatusCode.ERROR
    assert request_id.current() == ""
