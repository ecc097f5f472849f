"""No statement of the payment service reads a whole table: it would become slower with every payment."""

from pathlib import Path

from tests.services.payment.shop import DECLINED, Shop, open_shop
from tests.services.plans import heard, without_index


async def test_every_statement_finds_its_rows_by_an_index(database_url: str, tmp_path: Path) -> None:
    """Payments and refunds, what settles what was left open, and what forgets."""
    with heard() as statements:
        async with open_shop(database_url, tmp_path / "ledger.sqlite") as shop:
            await _use(shop)
    assert len(statements) > 15
    assert await without_index(database_url, statements) == {}


async def _use(shop: Shop) -> None:
    declined, paid = shop.order(), shop.order()
    await shop.pay(declined, DECLINED)
    await shop.comes_to(declined, "failed")
    await shop.pay(paid, key="once")
    await shop.pay(paid, key="once")
    await shop.comes_to(paid, "succeeded")
    assert await shop.cancel(paid) == "ok"
    await shop.comes_to(paid, "refunded")
