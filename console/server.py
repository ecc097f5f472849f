"""Serves the console's pages, and hands questions on to the parts that know the answers."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from console import alerts, files, find, logs, marks, pictures, series, sheets, traces, upstream
from console.answers import RefusedError, refused
from console.settings import Settings
from deploy.installation.own_names import is_own
from deploy.installation.page_headers import PAGE_HEADERS
from observability.logging import get_logger

_log = get_logger("console")
_NAMES = ("localhost", "grafana", "console")
_PATH = re.compile(r"[\x21-\x7e]+")
_WITH_BODY = ("POST", "DELETE")
_LARGEST = 64 * 1024  # bytes of what is sent to Alertmanager
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    **PAGE_HEADERS,
}
_REFUSALS = {
    403: "another site's page may not do this.",
    405: "this is only read, by GET.",
    411: "say how long the content is.",
    413: f"at most {_LARGEST} bytes.",
    415: "send application/json.",
    421: "this is not that site.",
    500: "this went wrong; the log of the console says why.",
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
    server_version, sys_version = "console", ""
    timeout = 60  # seconds that a connection may be idle
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        """Read what comes before a body; an answer is sent already where that cannot be understood."""
        if not super().parse_request():
            return False
        is_clear = all(len(self.headers.get_all(name, [])) < 2 for name in ("Host", "Content-Length"))
        if not (is_clear and _PATH.fullmatch(self.path)):
            self.send_error(400)
            return False
        if self.command not in _WITH_BODY and not {"content-length", "transfer-encoding"}.isdisjoint(
            map(str.lower, self.headers)
        ):
            self.close_connection = True  # its body is not read, and is no next request
        return True

    def do_GET(self) -> None:
        """A page, one of its files, or an answer of another part."""
        self._caught(self._get)

    def do_POST(self) -> None:
        """Hand a change on, when it comes from a page of the console or from a program."""
        self._caught(self._change)

    do_DELETE = do_POST

    def _caught(self, answer: Callable[[], None]) -> None:
        try:
            answer()
        except (ConnectionError, TimeoutError):  # the browser went away
            raise
        except Exception:
            _log.exception("http.crash")
            self.send_error(500)

    def _get(self) -> None:
        began = time.monotonic()
        path, _, query = self.path.partition("?")
        if not is_own(self.headers.get("Host", ""), _NAMES):
            self.send_error(421)
            return
        if path == "/health":
            self._answer(200, "application/json", b'{"status":"ok"}')
            return
        if path == "/api/logs":
            answer = logs.answer(self.server.settings.logs, query)
        elif path == "/api/alerts":
            answer = alerts.answer(self.server.settings, query)
        elif path == "/api/series":
            answer = series.answer(self.server.settings, query)
        elif path == "/api/marks":
            answer = marks.answer(self.server.settings, query)
        elif path == "/api/find":
            answer = find.answer(self.server.settings, query)
        elif path.startswith("/api/sheets/"):
            answer = sheets.answer(self.server.settings, path, query)
        elif picture := pictures.find(path):
            answer = (200, *picture)
        elif found_traces := traces.answer(self.server.settings, path, query):
            answer = found_traces
        elif asked := upstream.responsible("GET", path):
            answer = upstream.ask(asked, self.server.settings, "GET", f"{path}?{query}", None)
        elif path.startswith("/api/"):  # a program asks: it gets no page
            answer = refused(RefusedError(404, f"There is nothing at {path}."))
        elif found := files.find(self.server.settings, path):
            answer = (200, *found)
        else:
            answer = (404, *files.index(self.server.settings))
        self._answer(*answer)
        if path != "/api/logs" or answer[0] != 200:  # who watches the logs is not to see himself do it
            self._log_request("GET", path, answer[0], began)

    def _change(self) -> None:
        began = time.monotonic()
        path = self.path.partition("?")[0]
        asked = upstream.responsible(self.command, path)
        if refusal := self._refusal(asked):
            self.send_error(refusal)
            return
        assert asked
        body = self.rfile.read(self._length() or 0) or None
        answer = upstream.ask(asked, self.server.settings, self.command, path, body)
        self._answer(*answer)
        self._log_request(self.command, path, answer[0], began)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What cannot be read or may not be done: in plain words, with the headers of every answer."""
        self.close_connection = True
        self.request_version = self.protocol_version  # what was asked may not have been read so far
        self._answer(code, "text/plain", f"{code}: {_REFUSALS.get(code, 'this is not understood.')}\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by the methods; this would write to stderr."""

    def _refusal(self, asked: upstream.Upstream | None) -> int | None:
        """The status for a change that is not made. A browser says which site asks; a program says nothing."""
        host = self.headers.get("Host", "")
        site, origin = self.headers.get("Sec-Fetch-Site", "none"), self.headers.get("Origin")
        length = self._length()
        checks = (
            (421, is_own(host, _NAMES)),
            (405, asked),
            (403, site in ("same-origin", "none") and origin in (None, f"http://{host}")),
            (415, self.command == "DELETE" or self.headers.get_content_type() == "application/json"),
            (411, length is not None and "Transfer-Encoding" not in self.headers),
            (413, (length or 0) <= _LARGEST),
        )
        return next((status for status, passed in checks if not passed), None)

    def _length(self) -> int | None:
        text = self.headers.get("Content-Length", "0" if self.command == "DELETE" else "")
        return int(text.lstrip("0")[:20] or "0") if text.isascii() and text.isdecimal() else None

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        # The names of built files change with their content.
        is_built = status == 200 and self.path.startswith("/assets/")
        kept = "max-age=31536000, immutable" if is_built else "no-cache"
        own = {"Cache-Control": kept, "Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**_HEADERS, **own}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _log_request(self, method: str, path: str, status: int, began: float) -> None:
        _log.log(
            logging.INFO if status < 500 else logging.ERROR,
            "http.request",
            method=method,
            route=path if status != 404 else "unknown",
            status=status,
            duration_ms=round((time.monotonic() - began) * 1000, 1),
        )
