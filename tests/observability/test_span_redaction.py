"""observability.span_redaction: nothing secret leaves in a span, in whatever part of it."""

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags, TraceState

from observability.secrets import REDACTED
from observability.span_redaction import RedactingExporter
from observability.spans import record_error
from observability.testing import CapturedSpans
from tests.observability.apps import client, make

CARD = "4242424242424242"
JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
SECRETS = (CARD, JWT, "hunter2")


def _exported(secret: str) -> tuple[InMemorySpanExporter, str]:
    """One span with `secret` in everything that can hold text, and what of it would go over the wire."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(RedactingExporter(kept)))
    state = TraceState([("vendor", secret), ("other", "fine")])
    context = SpanContext(7 << 64, 7, True, TraceFlags(1), state)
    parent = trace.set_span_in_context(trace.NonRecordingSpan(context))
    link = Link(context, {"linked": f"Bearer {secret}"})
    with provider.get_tracer("t").start_as_current_span(f"GET ?token={secret}", parent, links=[link]) as span:
        span.set_attribute("url.full", f"http://127.0.0.1/api?password={secret}")
        span.set_attribute("http.request.header.authorization", secret)
        span.set_attribute("http.request.header.x-api-key", (secret, "second"))
        span.set_attribute("list", ("fine", f"cvc={secret}"))
        span.set_attribute("number", 3)
        span.set_attribute("harmless", "order 12")
        span.add_event(f"password={secret}", {"token": secret, "text": f"secret: {secret}"})
        record_error(span, ValueError(f"password={secret}"))
        span.set_status(Status(StatusCode.ERROR, f"password={secret}"))
    return kept, str(encode_spans(kept.get_finished_spans()))


@pytest.mark.parametrize("secret", [CARD, JWT])
def test_no_part_of_a_span_shows_a_secret(secret: str) -> None:
    """Name, attributes by name and by look, lists, events, stack traces, status, links and trace state."""
    [span] = (exporter := _exported(secret)[0]).get_finished_spans()
    assert secret not in _exported(secret)[1]
    assert span.attributes is not None
    assert span.attributes["http.request.header.authorization"] == REDACTED
    assert span.attributes["list"] == ("fine", f"cvc={REDACTED}")
    assert span.attributes["harmless"] == "order 12"
    assert [event.name for event in span.events] == [f"password={REDACTED}", "exception"]
    assert dict(span.context.trace_state) == {"other": "fine"}
    assert exporter.get_finished_spans()[0].links[0].attributes == {"linked": f"Bearer {REDACTED}"}


def test_a_span_without_secrets_is_handed_on_as_it_is() -> None:
    """Nothing is copied: that is what it costs the exporting thread."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    unwrapped = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(RedactingExporter(kept)))
    provider.add_span_processor(SimpleSpanProcessor(unwrapped))
    with provider.get_tracer("t").start_as_current_span(
        "GET /api/orders/{id}", attributes={"a": 1, "b": "text"}
    ) as s:
        s.add_event("fine", {"c": 0.5})
    [redacted], [original] = kept.get_finished_spans(), unwrapped.get_finished_spans()
    assert encode_spans([redacted]) == encode_spans([original])
    assert (redacted.events[0], redacted.context) == (original.events[0], original.context)
    assert vars(original)["_attributes"]._dict is redacted.attributes


@pytest.mark.parametrize("text", ["fine", f"card {CARD}"])
def test_what_was_dropped_is_counted(text: str) -> None:
    """However many secrets the rest holds: the span says that there was more."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(span_limits=SpanLimits(max_span_attributes=2, max_events=1, max_links=1))
    provider.add_span_processor(SimpleSpanProcessor(RedactingExporter(kept)))
    link = Link(SpanContext(7 << 64, 7, True))
    with provider.get_tracer("t").start_as_current_span("work", links=[link, link]) as span:
        span.set_attributes({f"of.{number}": text for number in range(4)})
        for number in range(3):
            span.add_event(f"event {number}")
    [sent] = kept.get_finished_spans()
    assert (sent.dropped_attributes, sent.dropped_events, sent.dropped_links) == (2, 2, 1)


@pytest.mark.parametrize(
    "path", [f"/things/{CARD}", f"/things/x?card=4242+4242+4242+4242&t={JWT}", f"/{JWT}", "/x?password=hunter2"]
)
async def test_a_request_leaves_no_secret_in_its_span(captured_spans: CapturedSpans, path: str) -> None:
    """Path, query and agent of a server span are the client's words."""
    async with client(make()) as http:
        await http.get(path, headers={"user-agent": f"card {CARD}", "referer": f"http://x/?token={JWT}"})
    wire = str(encode_spans(captured_spans.all))
    assert captured_spans.all
    assert not [secret for secret in (*SECRETS, "4242+4242", "4242 4242") if secret in wire]
