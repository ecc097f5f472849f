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
from docs.telemetry.metrics import gateway_metrics, metrics, recorded
from docs.telemetry.registry import registry
from docs.telemetry.source import PARTS, ROOT, Call, UnreadableError, calls
from jaeger.spans import ORIGIN
from observability.logging import get_logger
from services.shared.names import PREFIX
from tests.docs import browser
from tests.grafana.names import MODULES, base, declared
from tests.platform.names import PAGES

# Where OpenTelemetry's convention and Prometheus' differ, the name is OpenTelemetry's.
AGREED = {'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix'}
# Events on spans: of an error, of a breaker, and of a page's load, where the browser names them.
ON_SPANS = {
    "exception",
    "feature_flag.evaluation",
    "shop.circuit_breaker.rejected",
    "shop.circuit_breaker.transition",
    "domInteractive",
    "domContentLoadedEventEnd",
    "domComplete",
    "loadEventEnd",
    "first-paint",
    "first-contentful-paint",
}


def _call(code: str) -> Call:
    tree = ast.parse(code)
    node = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return Call("Every service", "module.py", node, tree, tree)


def test_the_page_is_what_the_registry_and_the_code_make() -> None:
    """`python -m docs.telemetry.build` would change nothing."""
    assert build.main(["--check"]) == 0


def test_log_events_are_those_of_the_registry() -> None:
    """With their keys: a new one is registered, and one that is gone is not left there."""
    logged: dict[str, set[str]] = {}
    for event in events():
        logged.setdefault(event.name, set()).update(event.fields)
    kept = {group.name: set(group.attributes) for group in registry().of_type("event")}
    assert {name: keys for name, keys in kept.items() if name not in ON_SPANS} == logged


def test_metrics_are_those_of_the_registry() -> None:
    """With type, labels and help text; those of libraries and of rules are not in our code."""
    ours = {
        name: (group.exposed_type, {a.label for a in group.attributes.values()}, group.brief)
        for name, group in registry().metrics.items()
        if ":" not in name and not name.startswith(("process_", "python_"))
    }
    assert {m.name: (m.type, set(m.labels), m.help) for m in [*metrics(), *gateway_metrics()]} == ours
    assert {name for name in registry().metrics if ":" in name} == set(recorded())


def test_spans_are_made_by_the_modules_that_the_registry_names() -> None:
    """Each of them is an instrumentation scope, and there is no other."""
    made = {
        f"{PARTS[call.part]}/{call.module}".removesuffix(".py").replace("/", ".")
        for call in calls()
        if call.name == "tracer"
    }
    assert made - {"observability.names"} == {g.scope for g in registry().of_type("span") if not g.of_browser}


def test_our_own_names_on_spans_are_those_that_the_code_writes() -> None:
    """Attributes and events, as `own` and `annotate` are given them; pages have theirs."""
    literal = (call for call in calls() if call.name == "own" and isinstance(call.node.args[0], ast.Constant))
    written = {call.text(0) for call in literal}
    annotated = (keyword for call in calls() if call.name == "annotate" for keyword in call.node.keywords)
    written |= {str(keyword.arg).replace("_", ".") for keyword in annotated}
    groups = [group for group in registry().of_type("span") if not group.of_browser]
    groups += [registry().events[name] for name in ON_SPANS]
    known = {*ON_SPANS, *(name for group in groups for name in group.attributes)}
    assert {f"{PREFIX}.{name}" for name in written} == {name for name in known if name.startswith(f"{PREFIX}.")}


def test_what_pages_trace_is_in_the_registry() -> None:
    """Names, attributes and resource. The trace store adds where they are from, the SDK what it is."""
    pages = [group for group in registry().of_type("span") if group.of_browser]
    assert sorted(map(build.shape, browser.spans())) == sorted(
        build.shape(name) for group in pages for name in group.span_names
    )
    assert browser.attributes() == {name for group in pages for name in group.attributes}
    known = registry().group("resource.shop.browser").attributes.keys() - {ORIGIN}
    assert browser.resource() == {name for name in known if not name.startswith("telemetry.sdk.")}
    assert f'getTracer("{PAGES}", version' in (ROOT / "frontend/src/telemetry/tracer.ts").read_text(
        encoding="utf-8"
    )


def test_every_line_has_the_context(captured_logs: list[dict[str, Any]]) -> None:
    """The keys of the page are those of a real line."""
    get_logger("test").info("test.event")
    assert captured_logs[0].keys() == CONTEXT


def test_every_part_logs_and_every_event_has_a_dotted_name() -> None:
    """No part was overlooked; names are `subject.what_happened`."""
    assert {event.part for event in events()} == {*PARTS, "Gateway"} - {"Drills"}  # they print to a terminal
    assert [
        e.name for e in events() if not all(word.replace("_", "").isalpha() for word in e.name.split(".", 1))
    ] == []
    assert [e.name for e in events() if e.name.count(".") != 1] == []


def test_metrics_are_those_that_the_code_registers() -> None:
    """What is read from the source is what an import makes."""
    read = {
        base(metric.name) for metric in metrics() if not metric.name.startswith(("shop_tracebox_", "shop_drill_"))
    }
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
