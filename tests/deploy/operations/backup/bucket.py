"""A bucket that is asked by S3's protocol, as far as backups need it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

NAME = "bucket"
_TIME = "2026-11-27T00:00:00.000Z"


class Bucket:
    """Its objects by their keys. refuses: kinds of requests that the credentials do not allow."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refuses: set[str] = set()
        self.asked: list[str] = []
        self.port = 0
        self._parts: dict[int, bytes] = {}

    @property
    def variables(self) -> dict[str, str]:
        """What a client is told by its environment."""
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
        return {**keys, "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}", "AWS_ALLOW_HTTP": "true"}

    def answer(self, method: str, key: str, query: dict[str, str], body: bytes) -> tuple[int, bytes, str]:
        """Status, content and ETag."""
        kind = f"{method} {next((name for name in _KINDS if name in query), 'object')}"
        self.asked.append(kind)
        if kind in self.refuses:
            return 403, b"<Error><Code>AccessDenied</Code><Message>You may not do this.</Message></Error>", ""
        if kind == "GET list-type":
            return 200, self._listed(query.get("prefix", "")).encode(), ""
        if kind == "POST uploads":
            begun = f"<Bucket>{NAME}</Bucket><Key>{key}</Key><UploadId>1</UploadId>"
            return 200, f"<Upload>{begun}</Upload>".encode(), ""
        if kind == "PUT partNumber":
            self._parts[int(query["partNumber"])] = body
        elif kind == "POST uploadId":
            self.objects[key] = b"".join(self._parts[number] for number in sorted(self._parts))
            return 200, b"<Completed><ETag>e</ETag></Completed>", "e"
        elif kind == "POST delete":
            self._delete(body.decode())
            return 200, b"<DeleteResult></DeleteResult>", ""
        elif kind == "PUT object":
            self.objects[key] = body
        elif kind == "DELETE object":
            del self.objects[key]
        elif kind == "GET object":
            return (200, self.objects[key], "e") if key in self.objects else (404, b"", "")
        return 200, b"", "e"

    def _delete(self, wanted: str) -> None:
        for key in [key for key in self.objects if f"<Key>{key}</Key>" in wanted]:
            del self.objects[key]

    def _listed(self, prefix: str) -> str:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{_TIME}</LastModified><Size>{len(content)}</Size></Contents>"
            for key, content in self.objects.items()
            if key.startswith(prefix)
        )
        return f"<ListBucketResult>{found}</ListBucketResult>"


_KINDS = ("list-type", "uploads", "partNumber", "uploadId", "delete")


@contextmanager
def opened() -> Iterator[Bucket]:
    """One that is empty."""
    bucket = Bucket()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            url = urlsplit(self.path)
            key = url.path.removeprefix(f"/{NAME}").lstrip("/")
            query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content, tag = bucket.answer(self.command, key, query, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Last-Modified", formatdate(usegmt=True))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    bucket.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
