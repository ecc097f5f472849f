"""Put the first catalogue into an empty shop; products that are there, or were deleted, stay as they are.

Only what products of an earlier version did not have yet is added to them.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from observability.logging import get_logger
from services.product.commands import new_document
from services.product.guard import Op
from services.product.schemas import NewProductRequest
from services.product.settings import NAME, Settings
from services.product.store import Store
from services.shared.server import run_once

__all__ = ["seed"]

_CATALOGUE = Path(__file__).with_name("catalogue.json")
_NEWEST = datetime(2026, 1, 1, tzinfo=UTC)  # product 1; each further one is a minute older


async def seed(settings: Settings) -> None:
    """Insert the products that have never been there."""
    entries = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    store = Store(settings.mongo_url)
    added = 0
    for position, entry in enumerate(entries):
        product_id = str(entry["id"])
        product = NewProductRequest.model_validate({k: v for k, v in entry.items() if k != "id"})
        document = new_document(product_id, product, settings.currency, _NEWEST - timedelta(minutes=position))
        result = await store.products.update_one({"_id": product_id}, {"$setOnInsert": document}, upsert=True)
        added += result.upserted_id is not None
        late = {"_id": product_id, "specifications": Op({"$exists": False})}
        news = {name: document[name] for name in ("specifications", "deliveryDays")}
        await store.products.update_one(late, {"$set": news})
    await store.close()
    get_logger("seed").info("catalogue.seeded", added=added, present=len(entries) - added)


if __name__ == "__main__":
    run_once(NAME, Settings, lambda settings: asyncio.run(seed(settings)))
