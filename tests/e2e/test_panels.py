"""The proof of panels: every query of every panel has an answer while the shop is used, and things go wrong."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from deploy.native import rabbitmq, secrets
from deploy.native.layout import Layout
from deploy.operations import dead_letters
from grafana.targets import Target, documents, has_data, panels, prometheus, targets
from services.shared.topology import QUEUES
from tests.platform.load import burst, customers, failures

LIMIT = 120.0  # seconds from the first request until the last panel has data


@pytest.fixture
def no_letters_left(platform: Layout) -> Iterator[None]:
    """What the load makes dead is dropped in the end: other tests expect a clean world."""
    yield
    url = rabbitmq.url(platform, secrets.ensure(platform.secrets))
    for queue in QUEUES:
        asyncio.run(dead_letters.drop(url, queue))


@pytest.mark.usefixtures("no_letters_left")
def test_every_panel_has_data(platform: Layout) -> None:
    """Every target of every panel, with all values of its variables, gives at least one number."""
    ask = prometheus(platform.url("prometheus"))
    began = time.monotonic()
    customers(platform)
    burst(platform)
    failures(platform)
    answered: set[Target] = set()
    while True:
        customers(platform)
        seen = list(targets(ask))
        answered.update(target for target in seen if target not in answered and has_data(ask, target))
        empty = [target for target in seen if target not in answered]
        seconds = time.monotonic() - began
        if not empty or seconds > LIMIT:
            break
    boards = documents()
    print(  # noqa: T201 (the numbers of the proof)
        f"{len(boards)} dashboards, {sum(len(panels(board)) for board in boards)} panels, {len(seen)} targets, "
        f"{len(empty)} empty; the last panel had data after {seconds:.0f} s"
    )
    assert not empty, "\n".join(f"{t.dashboard}: {t.panel}: {t.expr}" for t in empty)
