"""Reads the provider's ledger, page by page.

The ledger only grows, so what is on a page stays on it. It is remembered which page a charge is on: to look at it
again, only that page is read.
"""

from __future__ import annotations

from collections.abc import Collection

import httpx

from deploy.operations.asking import asking
from deploy.operations.facts import Charge

_PAGE = 500  # the most that the provider gives at once


class Ledger:
    """All charges, by the payment they are for."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._pages: dict[str | None, list[str]] = {}  # by cursor; the first has none
        self._last: str | None = None
        self.charges: dict[str, Charge] = {}

    async def read_on(self) -> None:
        """Read from the page that was the last one to the end."""
        while following := await self._read(self._last):
            self._last = following

    async def read_again(self, payment_ids: Collection[str]) -> None:
        """Read what is new, and the pages with the charges of these payments."""
        wanted = set(payment_ids)
        for cursor in [c for c, page in self._pages.items() if c != self._last and wanted.intersection(page)]:
            await self._read(cursor)
        await self.read_on()

    async def _read(self, cursor: str | None) -> str | None:
        with asking("the provider's ledger"):
            answer = await self._client.get(
                "/ledger", params={"limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            )
            page = answer.raise_for_status().json()
            for payment_id in self._pages.get(cursor, []):  # it may be gone, which must be seen
                self.charges.pop(payment_id, None)
            for item in page["items"]:
                self.charges[item["paymentId"]] = Charge(
                    status=item["status"],
                    amount_cents=item["amountCents"],
                    currency=item["currency"],
                    refunded=item["refund"] is not None,
                )
            self._pages[cursor] = [item["paymentId"] for item in page["items"]]
            following: str | None = page["nextCursor"]
            return following
