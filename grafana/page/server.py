"""Serves the page and its files, and hands queries to Prometheus. It only reads: there is GET and nothing else."""

from __future__ import annotations

import logging
import re
import time
import urllib.error
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deploy.installation.own_names import is_own
from deploy.installation.readiness import DIRECT
from grafana.page import files
from grafana.page.settings import Settings
from observability.logging import get_logger

_log = get_logger("dashboards")
_NAMES = ("localhost", "grafana", "dashboards")
_ASKED = re.compile(r"/api/v1/(alerts|query|query_range|query_exemplars|label/[A-Za-z_]\w*/values)")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Server(ThreadingHTTPServer):
    """One thread for each connection; there are few, they are a browser's."""

    daemon_threads = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__((settings.host, settings.port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no error worth a stack trace on stderr."""
        _log.warning("http.connection_lost", client=str(client_address))


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "dashboards", ""
    timeout = 60  # seconds that a connection may be idle

    def do_GET(self) -> None:
        """A file of the page, or an answer of Prometheus."""
        began = time.monotonic()
        path, _, query = self.path.partition("?")
        if not is_own(self.headers.get("Host", ""), _NAMES):
            self.send_error(421)
            return
        if path == "/health":
            self._answer(200, "application/json", b'{"status":"ok"}')
            return
        if _ASKED.fullmatch(path):
            status, kind, body = self._ask(f"{path}?{query}")
        else:
            found = files.find(self.server.settings, path)
            status, (kind, body) = (200, found) if found else (404, files.missing(self.server.settings))
        self._answer(status, kind, body)
        _log.log(
            logging.INFO if status < 500 else logging.ERROR,
            "http.request",
            method="GET",
            route=path if status != 404 else "unknown",
            status=status,
            duration_ms=round((time.monotonic() - began) * 1000, 1),
        )

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What cannot be read, or is no GET: in plain words, with the headers of every answer."""
        self.close_connection = True
        self._answer(code, "text/plain", f"{code}: this page is read by GET, by its own name.\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by `do_GET`; this would write to stderr."""

    def _ask(self, target: str) -> tuple[int, str, bytes]:
        url = self.server.settings.prometheus_url + target
        try:
            with DIRECT.open(url, timeout=15) as answer:
                return answer.status, "application/json", answer.read()
        except urllib.error.HTTPError as error:
            return error.code, "application/json", error.read()
        except OSError as error:
            _log.error("prometheus.unreachable", error=str(error))
            return 502, "application/json", b'{"status":"error","error":"Prometheus does not answer"}'

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
