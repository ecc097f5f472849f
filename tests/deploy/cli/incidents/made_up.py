"""A small data set that nobody recorded: three minutes of a shop in which something breaks after one of them."""

import json
from collections.abc import Callable
from pathlib import Path

from deploy.cli.incidents import dataset, topology, truth
from deploy.operations.drills.fault import one

BEGIN = 1_800_000_000
BREAKS, HEALS, END = BEGIN + 60, BEGIN + 120, BEGIN + 180
Shape = tuple[tuple[str, str, str, int], ...]  # cmdb_id, name, kind, and which one of these is above; -1: none
BUYS: Shape = (
    ("locust", "checkout", "client", -1),
    ("order-service-1", "POST /api/orders", "server", 0),
    ("order-service-1", "SELECT orders", "client", 1),
)


def steady(value: float, then: float | None = None) -> Callable[[int], float]:
    """A series that has one value, and perhaps another one while the fault lasts."""
    return lambda at: value if then is None or not BREAKS <= at < HEALS else then


def container(cmdb: str, kpi: str, value: Callable[[int], float]) -> list[tuple[object, ...]]:
    """Its rows, a value every five seconds."""
    return [(at, cmdb, kpi, value(at)) for at in range(BEGIN, END, 5)]


def spans(shape: Shape, number: int, at: int = BEGIN) -> list[tuple[object, ...]]:
    """The rows of a trace."""
    ids = [f"{number:08x}{position:08x}" for position in range(len(shape))]
    return [
        (at * 1000, cmdb, ids[place], f"{number:032x}", 1000, kind, 0, name, ids[above] if above >= 0 else "")
        for place, (cmdb, name, kind, above) in enumerate(shape)
    ]


def line(number: int, program: str, at: int, level: str = "info", text: str = "x") -> tuple[object, ...]:
    """The row of a log line."""
    value = json.dumps({"level": level, "event": text}, separators=(",", ":"))
    return f"{number:07d}", at, program, f"log_{program}", value


def data_set(
    folder: Path, fault: str, tables: dict[str, list[tuple[object, ...]]], *, seed: int = 1
) -> dict[str, int]:
    """Write it as a recording does; how much of each table was kept."""
    folder.mkdir(parents=True)
    kept = dataset.write(folder, tables)
    truth.write(folder, one(fault), BREAKS, (BEGIN, END))
    dataset.write_json(folder / "topology.json", topology.as_json())
    dataset.write_json(folder / "incident.json", {"labels": truth.labels(one(fault), seed)})
    return kept
