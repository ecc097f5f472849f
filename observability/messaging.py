"""Messages carry the request id and the trace: headers, and a pair of PRODUCER and CONSUMER spans.

Follows OpenTelemetry's messaging semantic conventions. A consumer span is the child of the producer span
*and* links to it, so that tools that draw parents and tools that draw links both show the way of a message.

A message carries `traceparent` alone. A `tracestate` of a vendor ends here: it would have to be kept in the outbox
and in each copy of a message, and the gateway lets none in that could be carried on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from observability import request_id
from observability.names import own, tracer
from observability.spans import current_traceparent, span_from

__all__ = ["SYSTEM", "consuming", "destination", "publishing"]

SYSTEM = "rabbitmq"
_tracer = tracer(__name__)


def destination(exchange: str, routing_key: str, queue: str = "") -> str:
    """Name a destination as the conventions do for RabbitMQ; a consumer names its queue too."""
    return f"{exchange}:{routing_key}:{queue}" if queue else f"{exchange}:{routing_key}"


@contextmanager
def publishing(
    event: str,
    message_id: str,
    *,
    exchange: str,
    broker: Mapping[str, Any] | None = None,
    traceparent: str = "",
    request: str = "",
) -> Iterator[dict[str, str]]:
    """A PRODUCER span around one publish; yields the headers to send.

    broker: its `server.address` and `server.port`.
    traceparent, request: where the message was stored first (an outbox), else the current ones are used.
    """
    place = destination(exchange, event)
    with span_from(
        _tracer,
        traceparent or current_traceparent(),
        f"publish {place}",
        kind=SpanKind.PRODUCER,
        attributes={
            "messaging.system": SYSTEM,
            "messaging.operation.name": "publish",
            "messaging.operation.type": "send",
            "messaging.destination.name": place,
            "messaging.rabbitmq.destination.routing_key": event,
            "messaging.message.id": message_id,
            own("request.id"): request or request_id.current(),
            **(broker or {}),
        },
    ):
        yield {
            "traceparent": current_traceparent(),
            request_id.HEADER: request or request_id.current(),
        }


@contextmanager
def consuming(
    event: str,
    message_id: str,
    *,
    exchange: str,
    queue: str,
    headers: Mapping[str, Any],
    attempt: int,
    broker: Mapping[str, Any] | None = None,
    routing_key: str = "",
    delivery_tag: int | None = None,
    correlation_id: str = "",
) -> Iterator[trace.Span]:
    """A CONSUMER span around the handling of one delivery, with the message's request id bound.

    broker: its `server.address` and `server.port`. attempt: which delivery of the message it is, from 1.
    routing_key: as it came. Without one it is `event`, which is one word for all types that nobody knows.
    """
    place = destination(exchange, event, queue)
    identifier = request_id.accept(_text(headers.get(request_id.HEADER)))
    with (
        request_id.bound(identifier),
        span_from(
            _tracer,
            _text(headers.get("traceparent")) or "",
            f"process {place}",
            kind=SpanKind.CONSUMER,
            link=True,
            attributes={
                "messaging.system": SYSTEM,
                "messaging.operation.name": "process",
                "messaging.operation.type": "process",
                "messaging.destination.name": place,
                "messaging.rabbitmq.destination.routing_key": routing_key or event,
                "messaging.message.id": message_id,
                own("message.attempt"): attempt,
                own("request.id"): identifier,
                **({} if delivery_tag is None else {"messaging.rabbitmq.message.delivery_tag": delivery_tag}),
                **({"messaging.message.conversation_id": correlation_id} if correlation_id else {}),
                **(broker or {}),
            },
        ) as span,
    ):
        yield span


def _text(value: Any) -> str | None:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) if value else None
