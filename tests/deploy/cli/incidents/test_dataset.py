"""Data sets on disk: OpenRCA's layout and columns, and never more than they may have."""

import csv
from pathlib import Path

from deploy.cli.incidents import dataset, shapes
from tests.deploy.cli.incidents.made_up import BEGIN, BUYS, container, line, spans, steady

TRACES, LOGS = "trace/trace_span.csv", "log/log_service.csv"


def test_the_folders_and_columns_are_those_of_openrca(tmp_path: Path) -> None:
    """A folder for each day, in it metric, trace and log, and the columns of the system Market."""
    kept = dataset.write(
        tmp_path,
        {
            "metric/metric_container.csv": container("redis", "store_up", steady(1)),
            "metric/metric_service.csv": [("order-service", BEGIN, 100.0, 99.5, 12.5, 20)],
            TRACES: spans(BUYS, 1),
            LOGS: [line(1, "order-service-1", BEGIN)],
        },
    )
    assert set(kept.values()) == {1}
    found = {
        path.relative_to(tmp_path).as_posix(): path.read_text().splitlines() for path in tmp_path.rglob("*.csv")
    }
    heads = {name: lines[0] for name, lines in found.items()}
    assert heads == {
        "telemetry/2027_01_15/metric/metric_container.csv": "timestamp,cmdb_id,kpi_name,value",
        "telemetry/2027_01_15/metric/metric_service.csv": "service,timestamp,rr,sr,mrt,count",
        "telemetry/2027_01_15/trace/trace_span.csv": (
            "timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span"
        ),
        "telemetry/2027_01_15/log/log_service.csv": "log_id,timestamp,cmdb_id,log_name,value",
    }
    assert found["telemetry/2027_01_15/metric/metric_container.csv"][1] == f"{BEGIN},redis,store_up,1"
    assert len(list(dataset.rows(tmp_path, TRACES))) == len(BUYS)


def test_a_night_is_two_days(tmp_path: Path) -> None:
    """Rows lie in the folder of their own day, in UTC, and are read as one table."""
    midnight = BEGIN - BEGIN % 86_400
    dataset.write(tmp_path, {LOGS: [line(1, "redis", midnight - 1), line(2, "redis", midnight)]})
    days = sorted(path.name for path in (tmp_path / "telemetry").iterdir())
    assert days == ["2027_01_14", "2027_01_15"]
    assert [row["log_id"] for row in dataset.rows(tmp_path, LOGS)] == ["0000001", "0000002"]


def test_a_text_comes_back_as_it_was(tmp_path: Path) -> None:
    """Quotes, commas and line ends in a log line do not break the table."""
    text = 'he said "no", and\nwent;\r ä'
    dataset.write(tmp_path, {LOGS: [("0", BEGIN, "redis", "log_redis", text)]})
    [row] = dataset.rows(tmp_path, LOGS)
    assert row["value"] == text


def test_the_bounds_of_all_tables_together_are_within_that_of_a_data_set() -> None:
    """With room for the files beside them."""
    most = sum(dataset._MOST[name.partition("/")[0]] for name in dataset.COLUMNS)
    assert most < dataset.MOST_BYTES - 100_000


def test_too_many_lines_are_thinned_and_warnings_stay(tmp_path: Path) -> None:
    """It fits, says one of how many was kept, keeps the same ones each time, and loses no warning."""
    lines = [line(number, "redis", BEGIN, text="x" * 900) for number in range(10_000)]
    lines += [line(10_000 + number, "redis", BEGIN, "warning") for number in range(50)]
    kept = [dataset.write(tmp_path / name, {LOGS: lines}) for name in "ab"]
    assert kept[0] == kept[1]
    assert kept[0][LOGS] in (4, 8)
    found, again = ([row["log_id"] for row in dataset.rows(tmp_path / name, LOGS)] for name in "ab")
    assert found == again
    assert sum(identifier >= "0010000" for identifier in found) == 50
    assert 1_000 < len(found) < 5_000
    assert dataset.size(tmp_path / "a") <= dataset._MOST["log"] + 100


def test_too_many_warnings_are_thinned_too(tmp_path: Path) -> None:
    """The bound holds whatever is in the lines."""
    lines = [line(number, "redis", BEGIN, "error", "x" * 900) for number in range(10_000)]
    assert dataset.write(tmp_path, {LOGS: lines})[LOGS] > 1
    assert dataset.size(tmp_path) <= dataset._MOST["log"] + 100


def test_too_many_traces_are_thinned_as_a_whole_and_no_shape_is_lost(tmp_path: Path) -> None:
    """Each trace that is kept has all its spans, and one of a rare shape is kept."""
    rare = (*BUYS, ("redis-once", "EVAL", "client", 1))
    traces = [row for number in range(30_000) for row in spans(rare if number == 20_001 else BUYS, number)]
    assert dataset.write(tmp_path, {TRACES: traces})[TRACES] > 1
    assert dataset.size(tmp_path) <= dataset._MOST["trace"] + 200
    found = shapes.paths(dataset.rows(tmp_path, TRACES))
    assert found.keys() == shapes.paths(_as_dicts(traces)).keys()
    roots = [traces for path, traces in found.items() if len(path) == 1]
    assert roots == [found[tuple(_path(BUYS))]]


def _path(shape: tuple[tuple[str, str, str, int], ...]) -> list[tuple[str, str, str]]:
    return [(cmdb.removesuffix("-1"), name, kind) for cmdb, name, kind, _ in shape]


def _as_dicts(rows: list[tuple[object, ...]]) -> list[dict[str, object]]:
    return [dict(zip(dataset.COLUMNS[TRACES], row, strict=True)) for row in rows]


def test_a_record_is_read_as_csv(tmp_path: Path) -> None:
    """A small table beside the telemetry."""
    dataset.write_csv(tmp_path / "x.csv", ("a", "b"), [(1, "two, three")])
    with (tmp_path / "x.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == [{"a": "1", "b": "two, three"}]
