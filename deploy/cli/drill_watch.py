"""What is seen of a fault while it lasts and after its repair: alerts, metrics, log lines and spans."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from deploy.cli.log_files import Follower
from deploy.cli.prometheus import NoAnswerError, ask
from deploy.cli.trace_search import search, trace_store
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.log_names import log_files
from deploy.installation.log_records import without_number
from deploy.operations.drills.fault import Fault, Log, Metric, Span
from deploy.operations.drills.place import lasts
from jaeger.spans import Span as Recorded

__all__ = ["Named", "Watch", "active_alerts", "answer", "has_answer", "with_names"]

Named = tuple[str, str]  # an alert and its service
_PAUSE = 0.5  # seconds between two looks at the alerts
_TIMEOUT = 3.0
_DEPTH = 20  # traces
_GROUP_WAIT = 5.0  # seconds, as in prometheus/alertmanager.yml: what ends sooner is told to nobody
_SLOWLY = 4  # looks at alerts for each look at everything else


def active_alerts(layout: Layout) -> set[Named]:
    """The alerts that somebody would be told of: those in Alertmanager that no other alert explains.

    Raises ShopError when it does not answer.
    """
    try:
        answer = httpx.get(
            f"http://127.0.0.1:{layout.port('alertmanager')}/api/v2/alerts",
            params={"inhibited": "false"},
            timeout=_TIMEOUT,
            trust_env=False,
        )
        found = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise ShopError("Alertmanager does not answer.", "Is everything up? ./shop status") from error
    labels = [one["labels"] for one in found]
    return {(one["alertname"], one.get("service", "")) for one in labels if one["severity"] != "info"}


def with_names(alerts: set[Named], names: frozenset[str] | None) -> set[Named]:
    """Those of these names; all of them for None."""
    return alerts if names is None else {one for one in alerts if one[0] in names}


@dataclass
class Watch:
    """Looks at one installation from the moment when it is made. Times are seconds since then.

    before: alerts that fired already. watched_names: of the alerts that count; None: all of them.
    fired: when each other one was seen first. missing: what was not seen yet.
    """

    layout: Layout
    fault: Fault
    before: set[Named]
    watched_names: frozenset[str] | None = None
    fired: dict[Named, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._since = datetime.now(UTC)
        self._logs = Follower(log_files(self.layout.logs))
        self.missing: list[Metric | Log | Span] = [*self.fault.metrics, *self.fault.logs, *self.fault.spans]
        self._read: set[Log] = set()
        self._since_when: dict[Named, float] = {}
        self.ended: float | None = None  # when the fault's repair began

    @property
    def seconds(self) -> float:
        """How long it looks already."""
        return time.monotonic() - self._began

    @property
    def has_all(self) -> bool:
        """Whether every alert that must fire was seen, and everything else that must be seen."""
        return not self.missing and all((one.alert, one.service) in self.fired for one in self.fault.must)

    def look_at_alerts(self) -> set[Named]:
        """The alerts that fire now, but for those of before."""
        now = with_names(active_alerts(self.layout), self.watched_names) - self.before
        seconds = round(self.seconds, 1)
        self._since_when = {one: self._since_when.get(one, seconds) for one in now}
        told = {one: since for one, since in self._since_when.items() if seconds - since >= _GROUP_WAIT}
        self.fired = {**told, **self.fired}
        return now

    async def until(self, over: asyncio.Event, *, all_seen: bool) -> None:
        """Look until it is over. all_seen: it is over as soon as everything was seen that must be."""
        try:
            await self._look(over, all_seen=all_seen)
        finally:
            self.ended = self.seconds

    async def _look(self, over: asyncio.Event, *, all_seen: bool) -> None:
        looks = 0
        while await lasts(over, _PAUSE):
            await asyncio.to_thread(self.look_at_alerts)
            if looks % _SLOWLY == 0:
                await asyncio.to_thread(self.look_for_the_rest)
            looks += 1
            if all_seen and self.has_all:
                return

    def look_for_the_rest(self) -> None:
        """Look for metrics, log lines and spans that were not seen yet."""
        self._read_logs(one for one in self.missing if isinstance(one, Log))
        self.missing = [one for one in self.missing if not self._is_seen(one)]

    def _is_seen(self, one: Metric | Log | Span) -> bool:
        if isinstance(one, Metric):
            return has_answer(self.layout, one.query)
        return one in self._read if isinstance(one, Log) else self._is_in_a_trace(one)

    def _read_logs(self, wanted: Iterable[Log]) -> None:
        looked_for = list(wanted)
        if not looked_for:
            return
        programs = {one.program for one in looked_for}
        files = [file for file in log_files(self.layout.logs) if without_number(file.program) in programs]
        for record in self._logs.read(files):
            self._read |= {
                one
                for one in looked_for
                if record.entry.get("event") == one.event
                and without_number(record.program) == one.program
                and one.contains in record.line
            }

    def _is_in_a_trace(self, span: Span) -> bool:
        try:
            with trace_store(self.layout, _TIMEOUT) as jaeger:
                traces = search(jaeger, span.service, self._since, depth=_DEPTH, attributes=span.attributes)
        except ShopError:
            return False  # the store does not answer
        return any(_is_wanted(one, span) for spans in traces.values() for one in spans)


def _is_wanted(found: Recorded, span: Span) -> bool:
    told = [text for _, name, attributes in found.events for text in (name, *attributes.values())]
    return (
        found.service == span.service
        and span.attributes.items() <= found.attributes.items()
        and (not span.event or span.event in told)
    )


def has_answer(layout: Layout, query: str) -> bool:
    """Whether Prometheus answers a question with anything. Raises ShopError for one that cannot be asked."""
    return bool(answer(layout, query))


def answer(layout: Layout, query: str) -> list[dict[str, str]]:
    """The labels of each series that Prometheus answers with; none where it does not answer. Raises ShopError."""
    try:
        found = ask(layout, "query", {"query": query}, timeout=_TIMEOUT)["result"]
    except NoAnswerError:
        return []
    return [one["metric"] for one in found]
