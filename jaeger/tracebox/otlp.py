"""OTLP over HTTP: bytes to messages and back, as protobuf and as JSON.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import base64
import binascii
import json
import zlib
from typing import Any

from google.protobuf import json_format  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
MAX_BODY = 8 * 1024 * 1024
_ID_KEYS = ("traceId", "spanId", "parentSpanId")


class BadBodyError(ValueError):
    """The body is not an export request."""


class BodyTooLargeError(ValueError):
    """The body is larger than MAX_BODY, as sent or unpacked."""


def gunzip(body: bytes) -> bytes:
    """Unpack a gzip body, never to more than MAX_BODY bytes."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        data = unpack.decompress(body, MAX_BODY)
    except zlib.error as error:
        raise BadBodyError(f"not gzip: {error}") from error
    if unpack.unconsumed_tail:
        raise BodyTooLargeError
    if not unpack.eof:
        raise BadBodyError("not gzip: it ends too early")
    return data


def decode(body: bytes, content_type: str) -> ExportTraceServiceRequest:
    """Parse and check an export request."""
    try:
        request = _from_json(body) if content_type == JSON else ExportTraceServiceRequest.FromString(body)
    except (
        DecodeError,
        json_format.ParseError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BadBodyError(f"not an export request: {error}"[:300]) from error
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                if len(span.trace_id) != 16 or len(span.span_id) != 8 or len(span.parent_span_id) not in (0, 8):
                    raise BadBodyError("a trace id has 16 bytes and a span id has 8")
    return request


def success(content_type: str, refused: int = 0) -> bytes:
    """Encode the answer to a request that was taken but for some spans."""
    answer = ExportTraceServiceResponse()
    if refused:
        answer.partial_success.rejected_spans = refused
        answer.partial_success.error_message = "too large, too many, or of another time"
    if content_type == JSON:
        return str(json_format.MessageToJson(answer, indent=None)).encode()
    return bytes(answer.SerializeToString())


def failure(content_type: str, code: int, message: str) -> bytes:
    """Encode a google.rpc.Status, the body that OTLP prescribes for errors."""
    if content_type == JSON:
        return json.dumps({"code": code, "message": message}).encode()
    text = message.encode()[:127]  # its length then fits in one byte
    return bytes([0x08, code, 0x12, len(text)]) + text


def _from_json(body: bytes) -> ExportTraceServiceRequest:
    document = json.loads(body)
    for resource_spans in document.get("resourceSpans") or ():
        for scope_spans in resource_spans.get("scopeSpans") or ():
            for span in scope_spans.get("spans") or ():
                _ids_from_hex(span)
                for link in span.get("links") or ():
                    _ids_from_hex(link)
    request = ExportTraceServiceRequest()
    json_format.ParseDict(document, request, ignore_unknown_fields=True)
    return request


def _ids_from_hex(item: dict[str, Any]) -> None:
    """OTLP writes ids as hex where protobuf's own JSON has base64."""
    for key in _ID_KEYS:
        if key in item:
            try:
                item[key] = base64.b64encode(binascii.unhexlify(item[key])).decode()
            except binascii.Error as error:
                raise BadBodyError(f"{key} is not hex") from error
