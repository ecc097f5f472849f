"""What the whole platform takes of a machine."""

from deploy.cli.status import collect
from deploy.native.layout import Layout

LIMIT = 1_400_000_000  # bytes


def test_all_processes_together_stay_small(platform: Layout) -> None:
    """Proportional set size of everything that `./shop status` lists."""
    rows = collect(platform)

    assert len(rows) >= 15
    assert sum(row["pss"] or 0 for row in rows) < LIMIT, rows
