"""docs/telemetry.md: fresh, complete, and without meanings of what is gone."""

import ast
import importlib
import subprocess
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics import MetricWrapperBase

from deploy.native import packages
from docs.telemetry import build
from docs.telemetry.logs import CONTEXT, events
from docs.telemetry.metrics import metrics
from docs.telemetry.source import PARTS, Call, UnreadableError
from observability.logging import get_logger
from tests.grafana.names import MODULES, base, declared

USED = build.used()
# Where OpenTelemetry's convention and Prometheus' differ, the name is OpenTelemetry's.
AGREED = {'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix'}


def _call(code: str) -> Call:
    tree = ast.parse(code)
    node = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return Call("Every service", "module.py", node, tree, tree)


def test_the_page_is_what_the_code_makes() -> None:
    """`python -m docs.telemetry.build` would change nothing."""
    assert build.main(["--check"]) == 0


@pytest.mark.parametrize("section", USED)
def test_every_name_has_a_meaning_and_every_meaning_a_name(section: str) -> None:
    """A new event, field, attribute or label needs a line in meanings.toml; one that is gone leaves none."""
    known = build.meanings()[section]
    assert known.keys() == USED[section]
    assert all(known.values())


def test_units_are_of_names_in_use() -> None:
    """No unit is left behind; what its name says to be an amount has one."""
    units = build.meanings()["units"]
    named = USED["fields"] | USED["attributes"] | USED["recorded"]
    assert units.keys() <= named
    amounts = ("_ms", "_cents", "seconds", "bytes", "_duration", "{window}", ":ratio")
    assert {name for name in named if name.endswith(amounts)} == units.keys()


def test_every_line_has_the_context(captured_logs: list[dict[str, Any]]) -> None:
    """The keys of the page are those of a real line."""
    get_logger("test").info("test.event")
    assert captured_logs[0].keys() == CONTEXT


def test_every_part_logs_and_every_event_has_a_dotted_name() -> None:
    """No part was overlooked; names are `subject.what_happened`."""
    assert {event.part for event in events()} == {*PARTS, "Gateway"}
    assert [
        e.name for e in events() if not all(word.replace("_", "").isalpha() for word in e.name.split(".", 1))
    ] == []
    assert [e.name for e in events() if e.name.count(".") != 1] == []


def test_metrics_are_those_that_the_code_registers() -> None:
    """What is read from the source is what an import makes."""
    read = {base(metric.name) for metric in metrics() if not metric.name.startswith("shop_tracebox_")}
    assert read == declared()


def test_names_of_metrics_follow_prometheus() -> None:
    """promtool finds no fault: base units, `_total` for counters alone, a help text for each."""
    registry = CollectorRegistry()
    for name in (*MODULES, "jaeger.tracebox.metrics"):
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, MetricWrapperBase):
                registry.register(value)
    done = subprocess.run(
        [packages.program("promtool"), "check", "metrics"], input=generate_latest(registry), capture_output=True
    )
    assert [fault for fault in done.stderr.decode().splitlines() if fault not in AGREED] == []


@pytest.mark.parametrize("code", ["log(name)", "log('a' + b)", "log(f'{a}' if b else c)"])
def test_a_computed_name_is_refused(code: str) -> None:
    """What the catalogue cannot find must not be there."""
    with pytest.raises(UnreadableError, match=r"module\.py:1"):
        _call(code).text(0)


def test_a_put_in_name_becomes_a_pattern() -> None:
    """An f-string is shown with the names of what it puts in."""
    assert _call("log(f'publish {event.type}')").text(0) == "publish {type}"


def test_keys_are_found_where_they_are_assigned() -> None:
    """Literal dictionaries, a choice of two, and a name; anything else is refused."""
    call = _call("change = {'a': 1} if x else {'b': 2}\nlog('e', **change)")
    assert call.keys(call.node.keywords[0].value) == {"a", "b"}
    call = _call("log('e', **make())")
    with pytest.raises(UnreadableError):
        call.keys(call.node.keywords[0].value)
