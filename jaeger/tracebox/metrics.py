"""The metrics of tracebox, all of them."""

from prometheus_client import Counter, Gauge, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

disable_created_metrics()  # type: ignore[no-untyped-call]

RECEIVED = Counter("shop_tracebox_spans_received", "Spans taken from clients")
STORED = Counter("shop_tracebox_spans_stored", "Spans written to the database")
DROPPED = Counter(
    "shop_tracebox_spans_dropped",
    "Spans not kept: evicted (of the oldest traces, when the store is full), duplicate, storage (a write failed); "
    "of browsers also: refused (too many from one), trace (too many in a trace), share (the oldest, when all sent "
    "too many)",
    ["reason"],
)
SPANS = Gauge("shop_tracebox_spans", "Spans in the database")
BROWSER_BYTES = Gauge("shop_tracebox_browser_bytes", "What spans of browsers take in the database")
PENDING = Gauge("shop_tracebox_pending_bytes", "Bytes received and not yet written")
REQUESTS = Counter("shop_tracebox_requests", "Requests answered", ["endpoint", "http_response_status_code"])

for _reason in ("evicted", "duplicate", "storage", "refused", "share", "trace"):
    DROPPED.labels(_reason)


class CountRequests:
    """Counts requests by the name of the handler that answered, so labels are bounded."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and count its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            REQUESTS.labels(getattr(scope.get("endpoint"), "__name__", "none"), status).inc()
