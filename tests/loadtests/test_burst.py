"""Two hundred people at one moment wait their turn; none is sent away, and nothing looks like a failure."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from deploy.installation.layout import Layout
from loadtests import burst
from tests.platform.client import Admin, anybody
from tests.platform.traces import TraceStore, new_traceparent

SIZE = 200
Answers = dict[str, Counter[str]]


async def shopping(host: str, tokens: list[str], product: str) -> tuple[Answers, list[str]]:
    """What was answered to reads, orders and payments, and the traces of it."""
    answers: Answers = {}
    traces = []
    async with AsyncExitStack() as stack:
        crowd = await burst.people(stack, host, tokens)
        for person in crowd:
            trace_id, _, person.client.headers["traceparent"] = new_traceparent()
            traces.append(trace_id)
        answers["reads"] = await burst.together(crowd, burst.reads)
        answers["orders"] = await burst.together(crowd, burst.orders([product]))
        if answers["orders"] == right("orders", len(tokens)):
            await burst.reserved(crowd)
            answers["payments"] = await burst.together(crowd, burst.payments)
    return answers, traces


def right(kind: str, size: int) -> Counter[str]:
    """All of them got what they wanted."""
    return Counter({str(burst.RIGHT[kind]): size})


@pytest.mark.alone
@pytest.mark.parametrize("size", [60, pytest.param(SIZE, marks=pytest.mark.full)])
def test_a_burst_of_shopping_waits_its_turn(platform: Layout, admin: Admin, size: int) -> None:
    """Uncached reads, orders, payments, all of a kind at one moment: no error is answered, none is traced."""
    tokens = [anybody(platform) for _ in range(size)]
    product = admin.add_product(stock=size)
    answers, traces = asyncio.run(shopping(platform.url("gateway"), tokens, product))
    assert answers == {kind: right(kind, size) for kind in ("reads", "orders", "payments")}
    with TraceStore(platform) as store:
        spans = [span for trace_id in traces for span in store.get(trace_id).spans]
    assert len(spans) > size
    assert [span for span in spans if span.failed] == []


@pytest.mark.alone
@pytest.mark.parametrize("size", [40, pytest.param(SIZE, marks=pytest.mark.full)])
def test_a_burst_of_new_customers_waits_its_turn(platform: Layout, size: int) -> None:
    """All register at one moment, and then log in: hashes take a processor each, and nobody is sent away."""

    async def come() -> Answers:
        async with AsyncExitStack() as stack:
            crowd = await burst.people(stack, platform.url("gateway"), [""] * size)
            steps = {"registrations": burst.register, "logins": burst.login}
            return {name: await burst.together(crowd, step) for name, step in steps.items()}

    assert asyncio.run(come()) == {kind: right(kind, size) for kind in ("registrations", "logins")}
