"""A trace in the terminal: bars in its time, failures in red, repeats folded."""

from dataclasses import replace

from deploy.cli.waterfall import trace_lines
from grafana.colours import of_service
from jaeger.spans import Span

ROOT = Span("t" * 32, "r", "", "shop-cli", "purchase", "client", 0, 1_000_000_000, False, "", {}, {})


def child(number: int, parent: str = "r", **changes: object) -> Span:
    """The span `number`, which takes a tenth of a second."""
    span = replace(ROOT, span_id=f"s{number}", parent_id=parent, service="order-service", name="GET /api/orders")
    return replace(replace(span, start=number * 100_000_000, duration=100_000_000), **changes)  # type: ignore[arg-type]


def texts(*spans: Span) -> list[str]:
    """The lines below the heading."""
    return [line.plain for line in trace_lines(spans)][1:]


def test_a_bar_shows_when_and_how_long() -> None:
    """In twenty columns for the whole trace, in the colour of the service, red when it failed."""
    root, first, last = trace_lines([ROOT, child(0), child(9, error=True, message="no")])[1:]
    assert root.plain[9:29] == "━" * 20
    assert first.plain[9:29] == "━━" + " " * 18
    assert last.plain[9:29] == " " * 18 + "━━"
    assert of_service("order-service") in {span.style for span in first.spans}
    assert "bold red" in {span.style for span in last.spans}


def test_what_repeats_is_shown_once_and_counted() -> None:
    """With all that is below it; from four on."""
    polls = [
        span
        for number in range(6)
        for span in (child(number), child(number, f"s{number}", span_id=f"b{number}", name="SELECT"))
    ]
    lines = texts(ROOT, *polls)
    assert len(lines) == 4
    assert lines[3].endswith("... 5 more like this, 100.0 ms to 100.0 ms each")
    assert len(texts(ROOT, *polls[:6])) == 7


def test_a_failure_is_never_folded() -> None:
    """It is what one looks for."""
    spans = [child(number, error=number == 3, message="refused") for number in range(8)]
    assert [line for line in texts(ROOT, *spans) if "ERROR refused" in line]


def test_a_trace_without_length_has_bars_too() -> None:
    """All spans at one moment."""
    assert texts(replace(ROOT, duration=0))[0][9] == "━"


def test_an_endless_chain_is_shown() -> None:
    """Each span the child of the one before, deeper than any stack."""
    chain = [child(0, span_id="c0")] + [child(0, f"c{n - 1}", span_id=f"c{n}") for n in range(1, 3_000)]
    assert len(texts(ROOT, *chain)) == 3_001
