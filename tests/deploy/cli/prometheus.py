"""A server in place of Prometheus."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from deploy.installation.layout import PORTS, Layout


def at(folder: Path, port: int) -> Layout:
    """An installation with its Prometheus at this port."""
    return Layout(checkout=folder, run=folder, data=folder, offset=port - PORTS["prometheus"])


@contextmanager
def answering(answers: list[dict[str, Any]]) -> Iterator[int]:
    """Its port. It answers each question with the next `data` or `error`, and with the last one for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            refused = "error" in answer
            body = json.dumps({"status": "error", **answer} if refused else {"data": answer}).encode()
            self.send_response(answer.get("code", 400) if refused else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
