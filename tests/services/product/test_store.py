"""The client of the product service's database."""

import pytest

from services.product.store import Store


@pytest.mark.parametrize("name", ["products", "decisions"])
async def test_a_write_is_acknowledged_when_it_lasts(name: str) -> None:
    """Most servers of a replica set have it in their journals."""
    store = Store("mongodb://127.0.0.1:9/products")  # nothing is asked of it
    try:
        concern = getattr(store, name)._collection.write_concern.document
    finally:
        await store.close()
    assert concern == {"w": "majority", "j": True}
