"""Every query of every panel has an answer while the shop is used, and things go wrong."""

import asyncio
from collections.abc import Iterator

import pytest

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations import dead_letters
from services.shared.events.topology import QUEUES
from tests.platform.panels import JOURNEYS, LIMIT, prove
from tests.platform.traces import Trace, TraceStore
from tests.waiting import wait_for


@pytest.fixture
def no_letters_left(platform: Layout) -> Iterator[None]:
    """What the load makes dead is dropped in the end: other tests expect a clean world."""
    yield
    url = StoreUrls(platform).amqp()
    for queue in QUEUES:
        asyncio.run(dead_letters.drop(url, queue))


@pytest.mark.usefixtures("no_letters_left")
def test_every_panel_has_data(platform: Layout) -> None:
    """Every target of every panel, with all values of its variables, gives at least one number; no call fails.

    And a checkout of the load is one trace, with the user as its root.
    """
    proof = prove(platform)
    print(proof.load.output, proof)  # noqa: T201 (the numbers of the proof)
    assert not proof.empty, "\n".join(f"{t.dashboard}: {t.panel}: {t.expr}" for t in proof.empty)
    assert proof.seconds < LIMIT
    assert proof.load.code == 0, proof.load.output
    assert proof.load.has_done(JOURNEYS), proof.load.output
    traces = wait_for("checkouts as traces", lambda: checkouts(platform))
    assert all([str(span) for span in trace.roots()] == ["locust CLIENT checkout"] for trace in traces)


def checkouts(platform: Layout) -> list[Trace]:
    """Traces of the load that went from the user through every service to the committed stock."""
    last = {"locust CLIENT checkout", "product-service CONSUMER process shop.events:order.paid:product.orders"}
    with TraceStore(platform) as store:
        traces = [store.get(trace_id) for trace_id in store.search("locust")]
    return [trace for trace in traces if last <= {str(span) for span in trace.spans} and not trace.orphans()]
