"""A list as clients get it: with the number of what was found, and with what was meant by a mistyped word."""

from typing import Any

from services.product.queries import Criteria, Sort, count_products, list_products
from services.product.schemas import ProductPage
from services.product.store import Store
from services.product.vocabulary import Vocabulary

__all__ = ["COUNTED", "search"]

COUNTED = 1_000  # products: a list with more of them says so many


async def search(
    store: Store, vocabulary: Vocabulary, criteria: Criteria, *, sort: Sort, limit: int, cursor: str | None
) -> ProductPage:
    """One page. When the first one is empty, the words are searched as they were probably meant."""
    options: dict[str, Any] = {"sort": sort, "limit": limit, "cursor": cursor}
    page = await list_products(store, criteria, **options)
    meant = None
    if criteria.q and cursor is None and not page.items:
        meant = await vocabulary.correct(criteria.q)
        if meant is not None:
            criteria = criteria.model_copy(update={"q": meant})
            page = await list_products(store, criteria, **options)
    total = None
    if cursor is None and page.next_cursor is None:
        total = len(page.items)
    elif cursor is None and criteria != Criteria():  # of the whole catalogue the categories tell it
        total = await count_products(store, criteria, COUNTED)
    searched_for = meant if page.items else None
    return ProductPage(items=page.items, next_cursor=page.next_cursor, total=total, searched_for=searched_for)
