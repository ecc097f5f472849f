"""Uvicorn's HTTP parser with answers in our form: what it cannot read never reaches the app and its handlers."""

import json
import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from observability import request_id
from services.shared.problems import general

__all__ = ["ProblemProtocol"]

_KIND = general(400)
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-")


class ProblemProtocol(HttpToolsProtocol):
    """Answers a malformed request with a problem document."""

    def send_400_response(self, msg: str) -> None:
        """Answer and close; the ids are those of the request, as far as its headers were read."""
        headers = dict(self.headers)  # the gateway's own come first
        trace = _TRACE.match(headers.get(b"traceparent", b""))
        identifier = request_id.accept(headers.get(request_id.HEADER.encode(), b"").decode("latin-1"))
        problem = {
            "type": _KIND.type,
            "title": _KIND.title,
            "status": _KIND.status,
            "detail": "The request is malformed: a header holds what no header may hold.",
            "requestId": identifier,
            "traceId": trace[1].decode() if trace else "",
        }
        body = json.dumps(problem).encode()
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            "content-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\n"
            f"{request_id.HEADER}: {identifier}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
