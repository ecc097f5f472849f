"""A data set that is recorded on the running platform."""

import json
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from deploy.cli import ways
from deploy.cli.incidents import dataset, record, shapes
from deploy.cli.incidents.baseline import suspects
from deploy.installation.layout import Layout
from deploy.operations.drills import state
from deploy.operations.drills.fault import one

pytestmark = [pytest.mark.native, pytest.mark.full]


@pytest.mark.drill(1, first=True)
def test_a_recorded_fault_is_in_its_data_set(platform: Layout, tmp_path: Path) -> None:
    """Every table, the truth, and nothing in the telemetry that names the fault; the baseline finds the cause."""
    folder = tmp_path / "set"
    record.record(ways.of(platform), Console(), one("redis-down"), 1, folder, 60)
    assert state.begun(platform) is None
    times = json.loads((folder / "incident.json").read_text())["times"]
    assert times["began"] - times["begin"] >= 60
    assert times["end"] - times["mended"] >= 60
    assert dataset.size(folder) < dataset.MOST_BYTES
    for name in dataset.COLUMNS:
        first, last = min(stamps := [_seconds(row) for row in dataset.rows(folder, name)]), max(stamps)
        assert times["begin"] - 1 <= first < times["began"]
        assert times["mended"] < last
    for name in ("log/log_service.csv", "log/log_proxy.csv"):
        assert not any("flags.changed" in row["value"] for row in dataset.rows(folder, name))
    programs = {row["cmdb_id"] for row in dataset.rows(folder, "log/log_service.csv")}
    assert {"redis", "product-service-1", "product-service-2", "payment-provider"} <= programs
    paths = shapes.paths(dataset.rows(folder, "trace/trace_span.csv"))
    assert {"checkout", "browse", "search", "category"} <= {path[0][1] for path in paths}
    alerts = json.loads((folder / "alerts.json").read_text())
    [redis] = [alert for alert in alerts if alert["labels"]["alertname"] == "RedisDown"]
    assert times["began"] < redis["startsAt"] < redis["endsAt"] < times["end"]
    assert yaml.safe_load((folder / "ground_truth.yaml").read_text())["kind"] == "GroundTruth"
    assert (suspects(folder)[0].part, suspects(folder)[0].reason) == ("redis", "process stopped")


def _seconds(row: dict[str, str]) -> float:
    return int(row["timestamp"]) / (1000 if "span_id" in row else 1)
