"""One thread writes all spans, many requests a transaction, and drops the oldest traces over the limit."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from jaeger.tracebox import eviction, metrics
from jaeger.tracebox.insert import Stored, insert_request
from jaeger.tracebox.room import Room
from observability.logging import get_logger

MAX_PENDING_BYTES = 16 * 1024 * 1024
_log = get_logger("tracebox")
_BATCH_REQUESTS = 50


class Pending(NamedTuple):
    """A request that is taken and not yet written, and the bytes it holds of the room."""

    request: ExportTraceServiceRequest
    size: int
    from_browser: bool

    @property
    def spans(self) -> int:
        """Number of spans."""
        scopes = (scope for resource in self.request.resource_spans for scope in resource.scope_spans)
        return sum(len(scope.spans) for scope in scopes)


class Writer:
    """Writes in the background what is put; whoever puts has taken the bytes from `room` before."""

    def __init__(self, db: sqlite3.Connection, max_spans: int, browser_bytes: int = 32 * 1024 * 1024) -> None:
        self.room = Room(MAX_PENDING_BYTES)
        self._db = db
        self._max_spans = max_spans
        self._share = browser_bytes
        self._queue: queue.Queue[Pending | None] = queue.Queue()  # bounded by the room
        self._held = eviction.held(db)
        metrics.SPANS.set_function(lambda: self._held.spans)
        metrics.BROWSER_BYTES.set_function(lambda: self._held.browser_bytes)
        metrics.PENDING.set_function(lambda: self.room.used)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def put(self, request: ExportTraceServiceRequest, size: int, *, from_browser: bool = False) -> None:
        """Hand over a request that holds `size` bytes of the room."""
        pending = Pending(request, size, from_browser)
        metrics.RECEIVED.inc(pending.spans)
        self._queue.put(pending)

    def close(self) -> None:
        """Write what waits, then close the database."""
        self._queue.put(None)
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._write(batch)
            except Exception:  # a full disk, say: these spans are lost, the next may not be
                metrics.DROPPED.labels("storage").inc(sum(pending.spans for pending in batch))
                _log.exception("spans.write_failed")
            self.room.change(-sum(pending.size for pending in batch))

    def _next_batch(self) -> list[Pending]:
        """Wait for a request and take those behind it too; nothing at the end."""
        batch: list[Pending] = []
        while not batch or (len(batch) < _BATCH_REQUESTS and not self._queue.empty()):
            pending = self._queue.get()
            if pending is None:
                if batch:
                    self._queue.put(None)
                break
            batch.append(pending)
        return batch

    def _write(self, batch: list[Pending]) -> None:
        added = Stored()
        with _transaction(self._db):
            for pending in batch:
                new = insert_request(self._db, pending.request, from_browser=pending.from_browser)
                added = added.and_then(new)
            full = self._held.and_then(added)
            shared = self._keep_share(full)
            held = self._keep_limit(shared)
        self._held = held
        metrics.STORED.inc(added.spans)
        metrics.DROPPED.labels("trace").inc(added.over)
        metrics.DROPPED.labels("duplicate").inc(sum(pending.spans for pending in batch) - added.spans - added.over)
        metrics.DROPPED.labels("share").inc(full.spans - shared.spans)
        metrics.DROPPED.labels("evicted").inc(shared.spans - held.spans)

    def _keep_share(self, held: Stored) -> Stored:
        """Drop traces of browsers that take more than their share, down to a little under it."""
        if held.browser_bytes <= self._share:
            return held
        eviction.oldest_of_browsers(self._db, held.browser_bytes - self._share * 19 // 20)
        return eviction.held(self._db)

    def _keep_limit(self, held: Stored) -> Stored:
        """Drop the oldest traces of services over the limit, down to a little under it."""
        surplus = held.spans - held.browser_spans - self._max_spans
        if surplus <= 0:
            return held
        eviction.oldest_traces(self._db, surplus + self._max_spans // 50)
        return eviction.held(self._db)


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
