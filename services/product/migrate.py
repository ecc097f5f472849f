"""Create the indexes of the product database; run before the service starts."""

import asyncio

from services.product.settings import NAME, Settings
from services.product.store import Store
from services.shared.server import run_once


async def _create_indexes(settings: Settings) -> None:
    store = Store(settings.mongo_url)
    await store.create_indexes()
    await store.close()


if __name__ == "__main__":
    run_once(NAME, Settings, lambda settings: asyncio.run(_create_indexes(settings)))
