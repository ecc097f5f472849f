"""Records a fault under a seeded load: a while before it, while it lasts, and a while after its repair."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from deploy.cli import drill_all
from deploy.cli.drill_load import steady
from deploy.cli.incidents import dataset, gather, topology, truth
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.layout import Layout
from deploy.operations.drills import run as drills
from deploy.operations.drills.fault import Fault
from deploy.operations.installation import Installation

__all__ = ["LOAD", "record"]

LOAD = ("spike", "--rate", "1.5")  # people who look and people who buy, at a rate that no answer can change
_AROUND = 60.0  # seconds before the fault, and after its repair
_SPARE = 600.0  # seconds of load for what takes longer; it is ended with the recording
_ARRIVES = 12.0  # seconds until what happened is stored: two scrapes, and the queues of spans


def record(
    installation: Installation, console: Console, fault: Fault, seed: int, folder: Path, seconds: float
) -> None:
    """Write the data set. Raises ShopError, and KeyboardInterrupt when a signal ended it: then all is mended."""
    if folder.exists():
        raise UsageError(f"{folder} exists.", "Give another folder: --output")
    installation.programs()  # raises where drills are not possible
    layout = installation.layout
    drills.mend(installation)
    console.print(
        f"[bold]{fault.title}[/]: {_AROUND:.0f} s before it, {seconds:.0f} s of it, {_AROUND:.0f} s after. "
        "It begins when the alerts that fire now have resolved.",
        soft_wrap=True,
    )
    drill_all.wait_for_quiet(layout, replace(fault, may=()), None)  # not even what it may set off anyway
    (layout.run / "load" / "accounts.json").unlink(missing_ok=True)  # everybody registers, as in each recording
    length = f"{2 * _AROUND + seconds + _SPARE:.0f}s"
    console.print("Recording.")
    with steady(layout, *LOAD, "--seed", str(seed), "--run-time", length, "--no-reconcile") as load:
        times = {"begin": time.time()}
        time.sleep(_AROUND)
        with load.fault():
            times |= _break(installation, fault, seconds)
        console.print(f"Mended after {times['mended'] - times['ended']:.1f} s.")
        time.sleep(_AROUND)
        times["end"] = time.time()
    time.sleep(_ARRIVES)
    with console.status("Asking for metrics, logs and traces"):
        _write(layout, fault, seed, folder, times)


def _break(installation: Installation, fault: Fault, seconds: float) -> dict[str, float]:
    times = {"began": time.time()}

    async def watch(over: asyncio.Event) -> None:
        await over.wait()
        times["ended"] = time.time()

    if not drills.run(installation, fault, seconds, watch):
        raise KeyboardInterrupt
    return {**times, "mended": time.time()}


def _write(layout: Layout, fault: Fault, seed: int, folder: Path, times: dict[str, float]) -> None:
    begin, end = times["begin"], times["end"]
    found, alerts = gather.telemetry(layout, begin, end), gather.alerts(layout, begin, end)
    folder.mkdir(parents=True)
    kept = dataset.write(folder, found)
    truth.write(folder, fault, times["began"], (begin, end))
    arrivals = (layout.run / "load" / "arrivals.jsonl").read_bytes()
    labels = {**truth.labels(fault, seed), "load": [*LOAD, hashlib.sha256(arrivals).hexdigest()[:16]]}
    dataset.write_json(folder / "topology.json", topology.as_json())
    dataset.write_json(folder / "alerts.json", alerts)
    dataset.write_json(folder / "incident.json", {"labels": labels, "times": times, "kept_one_of": kept})
    if (size := dataset.size(folder)) > dataset.MOST_BYTES:
        raise ShopError(f"{folder} has {size} bytes, and may have {dataset.MOST_BYTES}.")
