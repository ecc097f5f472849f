"""The result as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from loadtests.tax.measure import Measured

__all__ = ["table"]

_HEAD = ("", "of bare", "processor time a request", "p50", "p99", "p99 to bare's", "requests/s", "spans a request")


def table(measured: Sequence[Measured]) -> str:
    """Markdown: ratios to the first of them, then medians of all turns."""
    base = measured[0]
    rows = [_HEAD, ("---",) + ("---:",) * (len(_HEAD) - 1)]
    for one in measured:
        rows.append(
            (
                one.kind,
                f"{base.median('processor') / one.median('processor'):.2f}",
                f"{one.median('processor') * 1e6:.0f} µs",
                f"{one.median('p50') * 1e3:.1f} ms",
                f"{one.median('p99') * 1e3:.1f} ms",
                f"{one.median('p99') / base.median('p99'):.1f}",
                f"{one.median('per_second'):.0f}",
                f"{sum(t.spans for t in one.turns) / sum(t.requests for t in one.turns):.2f}",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
