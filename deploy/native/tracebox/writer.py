"""One thread writes all spans, many requests a transaction, and drops the oldest traces over the limit."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.native.tracebox import metrics
from deploy.native.tracebox.insert import insert_request
from deploy.native.tracebox.logs import logger
from deploy.native.tracebox.room import Room

MAX_PENDING_BYTES = 16 * 1024 * 1024
_BATCH_REQUESTS = 50


class Pending(NamedTuple):
    """A request that is taken and not yet written, and the bytes it holds of the room."""

    request: ExportTraceServiceRequest
    size: int

    @property
    def spans(self) -> int:
        """Number of spans."""
        scopes = (scope for resource in self.request.resource_spans for scope in resource.scope_spans)
        return sum(len(scope.spans) for scope in scopes)


class Writer:
    """Writes in the background what is put; whoever puts has taken the bytes from `room` before."""

    def __init__(self, db: sqlite3.Connection, max_spans: int) -> None:
        self.room = Room(MAX_PENDING_BYTES)
        self._db = db
        self._max_spans = max_spans
        self._queue: queue.Queue[Pending | None] = queue.Queue()  # bounded by the room
        self._spans: int = db.execute("SELECT COALESCE(SUM(spans), 0) FROM trace").fetchone()[0]
        metrics.SPANS.set_function(lambda: self._spans)
        metrics.PENDING.set_function(lambda: self.room.used)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def put(self, request: ExportTraceServiceRequest, size: int) -> None:
        """Hand over a request that holds `size` bytes of the room."""
        pending = Pending(request, size)
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
                logger.exception("spans.write_failed")
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
        with _transaction(self._db):
            stored = sum(insert_request(self._db, pending.request) for pending in batch)
            evicted = self._evict(self._spans + stored)
        self._spans += stored - evicted
        metrics.STORED.inc(stored)
        metrics.DROPPED.labels("duplicate").inc(sum(pending.spans for pending in batch) - stored)
        metrics.DROPPED.labels("evicted").inc(evicted)

    def _evict(self, spans: int) -> int:
        """Delete the oldest traces down to a little under the limit; give the number of their spans."""
        if spans <= self._max_spans:
            return 0
        surplus = spans - (self._max_spans - self._max_spans // 50)
        evicted = last = 0
        for trace, count in self._db.execute("SELECT id, spans FROM trace ORDER BY id"):
            last, evicted = trace, evicted + count
            if evicted >= surplus:
                break
        self._db.execute("DELETE FROM trace WHERE id <= ?", (last,))
        self._db.execute("DELETE FROM origin WHERE NOT EXISTS (SELECT 1 FROM span WHERE span.origin = origin.id)")
        return evicted


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
