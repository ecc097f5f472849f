"""A trace store that takes OTLP over HTTP, and can be made to refuse, to reject and to hang."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Store:
    """A trace store. status: what it answers. It answers nothing while `open` is not set."""

    def __init__(self) -> None:
        self.status = 200
        self.rejects = 0
        self.open = threading.Event()
        self.entered = threading.Event()
        self.open.set()
        self.spans: list[Any] = []
        store = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                store.entered.set()
                store.open.wait(20)
                answer = ExportTraceServiceResponse()
                if store.rejects:
                    answer.partial_success.rejected_spans = store.rejects
                elif store.status == 200:
                    store.spans += _spans(body)
                told = answer.SerializeToString()
                self.send_response(store.status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: object) -> None:
                """Not here."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:  # the sender has given up
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Be gone."""
        self.open.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def names(self) -> list[str]:
        """Of the spans that it took."""
        return [span.name for span in self.spans]


def _spans(body: bytes) -> list[Any]:
    request = ExportTraceServiceRequest.FromString(body)
    return [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
