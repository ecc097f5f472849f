"""Answers that are in the log lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from deploy.cli.lessons.traces import purchase
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.cli.log_files import everything
from deploy.installation.layout import Layout
from deploy.installation.log_names import log_files
from deploy.installation.log_records import Record

__all__ = ["Log"]

_LOOKBACK = timedelta(minutes=10)
_OF_PURCHASE = "purchase"
_PROGRAM = "program"


@dataclass(frozen=True)
class Log:
    """What is said most often in the lines that have these values.

    answer: the field that is asked for; `program` is the one that wrote the line. where: values that a line has.
    of: `purchase` for the lines of the newest purchase of ./shop buy; else the lines of the last ten minutes.
    """

    answer: str
    where: Mapping[str, str] = field(default_factory=dict)
    of: str = ""

    def find(self, layout: Layout) -> Truth:
        """What the lines say now."""
        where = dict(self.where)
        if self.of == _OF_PURCHASE:
            where["request_id"] = purchase(layout)[0].attributes["shop.request.id"]
        layout.gather_logs()
        since = datetime.now(UTC) - _LOOKBACK
        files = log_files(layout.logs)
        needles = [value for value in where.values() if value != where.get("service")]
        found = Counter(
            self._value(record)
            for record in everything(files, lambda line: all(needle in line for needle in needles))
            if record.when > since and all(str(record.entry.get(key)) == value for key, value in where.items())
        )
        if not found:
            wanted = ", ".join(f"{key}={value}" for key, value in where.items())
            raise NotYetError(
                f"No log line of the last ten minutes has {wanted}.", "Do the steps of the lesson first."
            )
        [(said, lines)] = found.most_common(1)
        return Truth((said,), f"{lines} log line{'s' * (lines > 1)} of the last ten minutes say so")

    def _value(self, record: Record) -> str:
        return record.program if self.answer == _PROGRAM else str(record.entry.get(self.answer, ""))
