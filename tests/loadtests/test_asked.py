"""What scenarios ask Prometheus: each question sees what it is there to find."""

from pathlib import Path

import pytest

from loadtests import scenario
from loadtests.objectives import Asked
from tests.prometheus.rules import check_values

_CALLS = 'shop_circuit_breaker_calls_total{breaker="product-service",outcome='
# By scenario and question: series, which promtool reads, and the answer. It must be more than there may be.
BAD: dict[tuple[str, int], tuple[dict[str, str], float]] = {
    # A breaker that never opens: each call runs into its time limit, and none is turned away.
    ("retry_storm", 0): ({f'{_CALLS}"failure"}}': "0+2x10", f'{_CALLS}"rejected"}}': "0x10"}, 20),
    ("retry_storm", 1): ({'shop_circuit_breaker_state{breaker="product-service",state="open"}': "1x10"}, 1),
    ("soak", 0): ({'process_resident_memory_bytes{job="user-service"}': "100000000+10000000x10"}, 50e6),
    ("soak", 1): ({'process_open_fds{job="user-service"}': "10+10x10"}, 50),
    ("soak", 2): (
        {
            'shop_outbox_pending_events{job="order-service"}': "6x10",
            'rabbitmq_detailed_queue_messages_ready{queue="order.stock"}': "6x10",
        },
        12,
    ),
}
ASKED = {
    (name, index): asked
    for name in scenario.names()
    for index, asked in enumerate(scenario.read(name).objectives.prometheus)
}


def test_every_question_is_tried() -> None:
    """Also one that is new."""
    assert BAD.keys() == ASKED.keys()


@pytest.mark.parametrize(("where", "asked"), ASKED.items(), ids=[f"{name}-{index}" for name, index in ASKED])
def test_a_question_sees_what_it_is_there_to_find(where: tuple[str, int], asked: Asked, tmp_path: Path) -> None:
    """Its answer is more than it may be."""
    series, value = BAD[where]
    given = [{"series": name, "values": values} for name, values in series.items()]
    query = asked.query.strip().replace("{window}", "300s").replace("{half}", "150s")
    check_values(tmp_path, query, [(given, "{}", value)])
    assert value > asked.at_most
