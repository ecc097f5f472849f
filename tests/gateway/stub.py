"""A stub service behind the gateway: it remembers what reached it and misbehaves when asked to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub(ThreadingHTTPServer):
    """One replica on a free port of loopback."""

    request_queue_size = 128

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.wish = "200"  # what it does when the request has no wish
        self.seen: list[dict[str, str]] = []
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def count(self, request_id: str) -> int:
        """How often the request with this id arrived."""
        return sum(seen.get("x-request-id") == request_id for seen in self.seen)

    def stop(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Stub
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one packet

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.server.seen.append({**headers, "method": self.command, "target": self.path})
        wish = headers.get("x-stub", self.server.wish).removesuffix(f"-{self.server.name}")
        if wish == "drop":
            self.close_connection = True
            return
        if wish == "slow":
            self.server.closing.wait(2)
        padding = "x" * 1_000_000 if wish == "large" else ""
        told = {"stub": self.server.name, "target": self.path, "headers": headers, "padding": padding}
        body = json.dumps(told).encode()
        self.send_response(int(wish) if wish.isdigit() else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-ID", headers.get("x-request-id", ""))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Cache", "MISS")
        if "x-stub-location" in headers:
            self.send_header("Location", headers["x-stub-location"])
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the gateway has the log."""
