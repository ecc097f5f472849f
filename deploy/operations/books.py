"""All stores together: looks at orders, and at what is of no order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.installation.secrets import ensure
from deploy.installation.services import PROVIDER
from deploy.operations import databases, queues, rules, stock
from deploy.operations.databases import Database
from deploy.operations.facts import Case, Disagreement
from deploy.operations.ledger import Ledger
from deploy.operations.queues import Queues
from deploy.operations.stock import Shelves, Stock

_BATCH = 100  # orders compared at once: so many ids, and no more, SecantusDB looks up by its index


@dataclass(frozen=True)
class Addresses:
    """Where the stores answer."""

    orders: str
    payments: str
    mongo: str
    provider: str
    provider_key: str
    amqp: str

    @classmethod
    def of(cls, layout: Layout) -> Addresses:
        """The addresses of an installation, with its secrets."""
        urls = StoreUrls(layout)
        return cls(
            orders=urls.postgres("orders"),
            payments=urls.postgres("payments"),
            mongo=urls.mongo,
            provider=layout.url(PROVIDER.name),
            provider_key=ensure(layout.secrets).given["provider_key"],
            amqp=urls.amqp(),
        )


class Books:
    """Every store that has a part in an order."""

    def __init__(
        self, orders: Database, payments: Database, products: Stock, ledger: Ledger, events: Queues
    ) -> None:
        self._orders = orders
        self._payments = payments
        self._stock = products
        self._ledger = ledger
        self._queues = events

    async def look(self) -> tuple[int, set[Disagreement]]:
        """Compare everything once; (how many orders, what disagrees at first sight)."""
        shelves = await self._stock.shelves()
        ids = await databases.ids_of_orders(self._orders) | await databases.paid_for(self._payments)
        ids.update(shelves.held)
        await self._ledger.read_on()
        return len(ids), await self._compare(shelves, ids, self._ledger.charges)

    async def look_again(self, suspects: Collection[Disagreement]) -> set[Disagreement]:
        """Compare again what these are about; of the rest only what is small."""
        orders = [suspect.id for suspect in suspects if suspect.kind == "order"]
        charges = {suspect.id for suspect in suspects if suspect.kind == "charge"}
        paid = await databases.payments(self._payments, orders)
        await self._ledger.read_again(charges.union(payment.id for found in paid.values() for payment in found))
        return await self._compare(await self._stock.shelves(), orders, charges & self._ledger.charges.keys())

    async def empty(self) -> dict[str, bool]:
        """Whether no event waits now, for each place where events wait on their way."""
        outboxes = {f"outbox of {d.name}": await d.outbox_is_empty() for d in (self._orders, self._payments)}
        return {**outboxes, **await self._queues.empty()}

    async def _compare(
        self, shelves: Shelves, order_ids: Iterable[str], charges: Iterable[str]
    ) -> set[Disagreement]:
        seen = set(rules.of_products(shelves.available.items()))
        seen.update(rules.of_dead_letters((await self._queues.dead_letters()).items()))
        for delayed in (await self._orders.delayed(), await self._payments.delayed(), shelves.delayed):
            seen.update(rules.of_outboxes(delayed))
        for batch in _batches(charges):
            seen.update(rules.of_charges(batch, await databases.known(self._payments, batch)))
        for batch in _batches(order_ids):
            for case in await self._cases(shelves, batch):
                seen.update(rules.of_order(case))
        return seen

    async def _cases(self, shelves: Shelves, ids: list[str]) -> list[Case]:
        payments = await databases.payments(self._payments, ids)
        decisions = await self._stock.decisions(ids)
        histories = await databases.histories(self._orders, ids)
        orders = await databases.orders(self._orders, ids)
        return [
            Case(
                order_id=i,
                order=orders.get(i),
                history=histories.get(i),
                payments=payments.get(i, ()),
                charges=self._ledger.charges,
                decision=decisions.get(i),
                held=shelves.held.get(i, ()),
            )
            for i in ids
        ]


@asynccontextmanager
async def opened(addresses: Addresses) -> AsyncIterator[Books]:
    """Connections to all stores. Raises CouldNotAskError."""
    client = httpx.AsyncClient(
        base_url=addresses.provider,
        headers={"Authorization": f"Bearer {addresses.provider_key}"},
        timeout=10,
        trust_env=False,
    )
    async with AsyncExitStack() as stack:
        yield Books(
            await stack.enter_async_context(databases.connected("orders", addresses.orders)),
            await stack.enter_async_context(databases.connected("payments", addresses.payments)),
            await stack.enter_async_context(stock.connected(addresses.mongo)),
            Ledger(await stack.enter_async_context(client)),
            await stack.enter_async_context(queues.connected(addresses.amqp)),
        )


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]
