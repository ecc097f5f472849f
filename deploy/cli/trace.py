"""`./shop trace <request id | order id | trace id>`: the traces of a request, then its log lines."""

import re
import sys

from rich.console import Console
from rich.text import Text

from deploy.cli.terminal import clean
from deploy.cli.trace_logs import find_records
from deploy.cli.trace_search import Traces, find, trace_store
from deploy.cli.waterfall import log_line, trace_lines
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from jaeger.spans import ORIGIN

_MOST_TRACES = 20
_TRACE_ID = re.compile("[0-9a-f]{32}")


def run(layout: Layout, identifier: str) -> int:
    """Show everything that is known of an id. Raises `ShopError` when that is nothing."""
    identifier = identifier.strip()
    try:
        with trace_store(layout) as jaeger:
            traces = find(jaeger, identifier)
    except ShopError:
        _show_logs(layout, identifier, set(), set())
        raise
    if not traces and _show_logs(layout, identifier, set(), set()):
        print("There are only log lines: no span of it is stored.", file=sys.stderr)
        return 0
    if not traces:
        kinds = (
            "a trace id, a request id or an order id"
            if _TRACE_ID.fullmatch(identifier.lower())
            else ("a request id or an order id")
        )
        raise ShopError(
            f"No trace and no log line of the last 24 hours has {identifier!r} as {kinds}.",
            "Spans arrive some seconds after the request. If it is new, try again in a moment.",
        )
    _show(layout, identifier, traces)
    return 0


def _show(layout: Layout, identifier: str, traces: Traces) -> None:
    console = Console(highlight=False, soft_wrap=True)
    ascii_only = console.options.ascii_only
    largest = sorted(traces.values(), key=len, reverse=True)[:_MOST_TRACES]
    if len(traces) > len(largest):
        console.print(Text(f"{len(traces)} traces found: the {_MOST_TRACES} largest of them are shown\n"))
    for spans in sorted(largest, key=lambda spans: min(span.start for span in spans)):
        for line in trace_lines(spans, ascii_only):
            console.print(line)
        console.print()
    shown = {span.trace_id for spans in largest for span in spans}
    requests = {
        span.attributes["shop.request.id"]
        for spans in largest
        for span in spans
        if "shop.request.id" in span.attributes and span.resource.get(ORIGIN) != "browser"  # anybody may claim one
    }
    if not _show_logs(layout, identifier, shown, requests):
        console.print(_heading(identifier, 0))


def _show_logs(layout: Layout, identifier: str, trace_ids: set[str], request_ids: set[str]) -> bool:
    """The log lines of these traces and requests, and those that bear the id itself; whether there are any."""
    layout.gather_logs()
    own = {identifier} - {""}
    found = find_records(layout.logs, trace_ids | {name.lower() for name in own}, request_ids | own)
    if not found:
        return False
    console = Console(highlight=False, soft_wrap=True)
    console.print(_heading(identifier, len(found)))
    for record in found:
        console.print(log_line(record))
    return True


def _heading(identifier: str, lines: int) -> Text:
    return Text(f"log lines of {clean(identifier)}: {lines} (times in UTC)", "bold")
