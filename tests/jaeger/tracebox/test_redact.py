"""What a browser, or whoever says that he is one, writes into spans is kept and found without secrets."""

import json

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from jaeger.tracebox import otlp
from jaeger.tracebox.redact import redact_request
from tests.jaeger.tracebox.process import Tracebox
from tests.jaeger.tracebox.test_export import document, span_json
from tests.platform.canaries import Canaries, found_in, spans
from tests.waiting import wait_for


def test_every_text_of_a_span_is_searched() -> None:
    """Names, keys, values of every type, events, status, scope and resource."""
    canaries = Canaries()
    request: ExportTraceServiceRequest = otlp._from_json(_bytes(spans(canaries)))
    assert found_in(request.SerializeToString(), canaries)
    redact_request(request)
    assert not found_in(request.SerializeToString(), canaries)


def test_a_span_without_secrets_is_kept_as_it_is() -> None:
    """Ids, numbers, bytes and lists are those that were sent."""
    request: ExportTraceServiceRequest = otlp._from_json(_bytes(document(span_json())))
    before = request.SerializeToString()
    redact_request(request)
    assert request.SerializeToString() == before


def test_neither_the_store_nor_its_index_holds_a_secret(box: Tracebox) -> None:
    """What is searched for is found by what was kept, never by the secret."""
    canaries = Canaries()
    sent = spans(canaries)
    attribute = {"key": "shop.request.id", "value": {"stringValue": canaries.card}}
    sent["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"].append(attribute)
    trace_id = sent["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
    assert box.post(_bytes(sent), "application/json").status_code == 200
    wait_for("the trace", lambda: box.get(f"/api/v3/traces/{trace_id}").status_code == 200)
    answer = box.get(f"/api/v3/traces/{trace_id}").text
    assert "[redacted]" in answer
    assert not found_in(answer.encode(), canaries)


def _bytes(document: object) -> bytes:
    return json.dumps(document).encode()
