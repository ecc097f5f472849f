"""Which series of Prometheus belong to an incident data set: those of series.toml."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ALERTS", "SERIES", "Kpi", "Row", "named"]

Row = tuple[int, str, str, float]  # timestamp, cmdb_id, kpi_name, value


@dataclass(frozen=True)
class Kpi:
    """A query. name, cmdb: what its series are called, with labels of the answer."""

    name: str
    query: str
    cmdb: str = "{instance}"


SERIES: dict[str, list[Kpi]] = {
    table: [Kpi(**one) for one in found]
    for table, found in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
"""By the table that they are for: `container`, `mesh`, `service`."""
ALERTS = 'ALERTS{alertstate="firing",severity!="info"}'


def named(kpi: Kpi, answer: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The rows of an answer of query_range; what is no number is left out."""
    for one in answer:
        name, cmdb = (text.format_map(_Labels(one["metric"])) for text in (kpi.name, kpi.cmdb))
        for at, text in one["values"]:
            if math.isfinite(value := float(text)):
                yield int(at), cmdb, name, round(value, 6)


class _Labels(dict[str, str]):
    """A label that a series does not have is empty."""

    def __missing__(self, _: str) -> str:
        return ""
