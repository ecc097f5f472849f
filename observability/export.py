"""Spans on their way to the store: redacted, handed to `fastotel`, and counted when they are lost.

A thread of fastotel's that never holds the interpreter's lock batches spans, encodes them and sends them over
OTLP/HTTP. So no request waits for the encoding of others' spans. `contrib_processor` is the way without it.
"""

import asyncio
import os
import threading
from collections import Counter, deque
from urllib.parse import urlsplit

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from observability.metrics import OTHER, spans_exported, spans_processed, spans_queued
from observability.span_redaction import RedactingExporter, outgoing

__all__ = ["NativeProcessor", "contrib_processor"]

_TIMEOUT = 3.0  # seconds
_SHUTDOWN_MS = 4000  # a dead store must not hold a process up


class NativeProcessor(SpanProcessor):
    """Keeps `spans_queued`, `spans_processed` and `spans_exported` of observability.metrics.

    They are told when the exporter is done with a batch, at most `delay` late.

    endpoint: with its path; by default what OTEL_EXPORTER_OTLP_ENDPOINT says.
    queue: spans kept at most; when it is full, new ones are dropped. delay: seconds until what has ended is sent.
    timeout: seconds for all attempts to send a batch; then its spans are lost, and counted.
    """

    def __init__(
        self, endpoint: str | None = None, *, queue: int = 8192, delay: float = 0.5, timeout: float = _TIMEOUT
    ) -> None:
        from fastotel import OTLPSpanProcessor  # so that who sends by `contrib_processor` needs no fastotel

        _go_directly(endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
        self._sender = OTLPSpanProcessor(
            endpoint=endpoint,
            timeout=timeout,
            compression="none",
            max_queue_size=queue,
            max_export_batch_size=min(512, queue),
            schedule_delay_millis=10 * delay * 1000,  # `_keep_accounts` exports earlier, and only what there is
            export_timeout_millis=_SHUTDOWN_MS,
        )
        self._ended = self._settled = self._unreadable = 0
        self._told: Counter[tuple[object, str]] = Counter()  # by counter and `error_type`
        self._settling = threading.Lock()
        self._handing_on = threading.RLock()
        self._delay = delay
        self._waiting: deque[ReadableSpan] = deque()
        self._due_in: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._news = threading.Event()  # something ended since the accounts were made
        spans_queued.set_function(lambda: self._ended - self._settled)
        self._settle(0)  # a series that is there from the start lets increase() see its first span
        self._accounts = threading.Thread(target=self._keep_accounts, name="telemetry-accounts", daemon=True)
        self._accounts.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Keep `span` until the end of the event loop's turn, or hand it on at once where there is no loop."""
        if not span.context.trace_flags.sampled:
            return
        self._ended += 1
        self._waiting.append(span)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._hand_on()
        else:
            if loop is not self._due_in:
                self._due_in = loop
                loop.call_soon(self._hand_on)

    def _hand_on(self) -> None:
        """Hand on all that have ended: many after each other cost less than one now and then.

        When it returns, all of them are handed on, also by another thread.
        """
        self._due_in = None
        if not self._news.is_set():
            self._news.set()
        waiting, send = self._waiting, self._sender.on_end
        with self._handing_on:
            while waiting:
                try:
                    span = waiting.popleft()
                except IndexError:  # the collector of garbage ended a span in between, and handed all on
                    return
                try:
                    send(outgoing(span))
                except Exception:  # telemetry fails no request: what cannot be shown is lost, and counted
                    self._unreadable += 1

    def shutdown(self) -> None:
        """Send what is left, for a few seconds at most."""
        self._stopped.set()
        self._news.set()
        self._hand_on()
        self._sender.shutdown()
        self._settle(self._ended)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send all that has ended; False when that took too long."""
        ended = self._ended
        self._hand_on()
        done = self._sender.force_flush(timeout_millis)
        if done:
            self._settle(ended)
        return done

    def _keep_accounts(self) -> None:
        """fastotel counts what it lost, and tells it to those who ask: that is done here."""
        while not self._stopped.is_set():
            self._news.wait()  # a process that does nothing is not woken
            self._stopped.wait(self._delay)
            self._news.clear()
            if self._ended != self._settled:
                self.force_flush()

    def _settle(self, ended: int) -> None:
        """Tell what became of spans. ended: how many are sent or lost; another thread may know of more."""
        native = self._sender._native  # its counts are not public yet (its issue 14), so its version is pinned
        with self._settling:
            self._settled = max(self._settled, ended)
            full, unreadable = native.dropped_spans(), self._unreadable
            rejected, failed = native.rejected_spans(), native.failed_spans()
            handed_on = self._settled - full - unreadable
            counts = {
                (spans_processed, ""): handed_on,
                (spans_processed, "queue_full"): full,
                (spans_processed, OTHER): unreadable,
                (spans_exported, ""): handed_on - rejected - failed,
                (spans_exported, "rejected"): rejected,
                (spans_exported, OTHER): failed,
            }
            for (counter, error), count in counts.items():
                # The difference may be below 0: what was lost may have ended after the others were counted.
                news = max(0, count - self._told[counter, error])
                counter.labels(error).inc(news)
                self._told[counter, error] += news


def contrib_processor() -> SpanProcessor:
    """The SDK's own way, encoding in Python: for who does not want a library that calls itself pre-alpha.

    It counts no losses in our metrics, and its encoding takes a quarter of the active time of a busy service.
    """
    import requests
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    session = requests.Session()
    session.trust_env = False
    exporter = RedactingExporter(OTLPSpanExporter(timeout=_TIMEOUT, session=session))
    return BatchSpanProcessor(exporter, max_queue_size=8192, schedule_delay_millis=500)


def _go_directly(endpoint: str) -> None:
    """The store is one of our own parts, and is reached without any proxy that the environment names.

    Raises ValueError for an address of another kind, to which spans would be lost one by one.
    """
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ValueError("OTEL_EXPORTER_OTLP_ENDPOINT must begin with http:// or https://")
    for name in ("NO_PROXY", "no_proxy"):
        others = os.environ.get(name)
        host = urlsplit(endpoint).hostname or "localhost"
        if host not in (others or "").split(","):
            os.environ[name] = f"{others},{host}" if others else host
