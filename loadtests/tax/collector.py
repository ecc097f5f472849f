"""A trace store that keeps nothing: it takes spans over OTLP/HTTP, counts them, and says the count.

    python -m loadtests.tax.collector PORT

`GET /` answers the number of spans so far.
"""

import asyncio
import sys
from typing import cast

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

__all__ = ["Collector"]

_HEAD_END = b"\r\n\r\n"
spans = 0


def _count(body: bytes) -> int:
    request = ExportTraceServiceRequest.FromString(body)
    return sum(len(scope.spans) for resource in request.resource_spans for scope in resource.scope_spans)


class Collector(asyncio.Protocol):
    """One connection of an exporter."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it to answer."""
        self._transport = cast(asyncio.Transport, transport)
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        self._received += data
        while (end := self._received.find(_HEAD_END)) >= 0:
            head = bytes(self._received[:end]).lower()
            length = next(
                (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")),
                0,
            )
            start = end + len(_HEAD_END)
            if len(self._received) < start + length:
                return
            self._answer(head, bytes(self._received[start : start + length]))
            del self._received[: start + length]

    def _answer(self, head: bytes, body: bytes) -> None:
        global spans
        answer = b""
        if head.startswith(b"post"):
            spans += _count(body)
        else:
            answer = str(spans).encode()
        kind = b"application/x-protobuf" if head.startswith(b"post") else b"text/plain"
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(answer), answer)
        )


async def main(port: int) -> None:
    """Take spans until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Collector, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
