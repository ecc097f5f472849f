"""The words by which products are found, as the catalogue has them."""

import asyncio
import time

from observability.logging import get_logger
from services.product.store import STORE_ERRORS, Store
from services.product.words import corrected

__all__ = ["Vocabulary"]

_MOST_WORDS = 5_000  # the most common ones: comparing a word with all of them takes some milliseconds
_MAX_AGE = 60.0  # seconds: whatever is searched for, the words are read once in that time
_log = get_logger("vocabulary")


class Vocabulary:
    """The words of all products with the number of products that have each; read anew when they are old."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words: dict[str, int] = {}
        self._read_at = -_MAX_AGE
        self._reading = asyncio.Lock()

    async def correct(self, q: str) -> str | None:
        """`q` with its mistyped words replaced by those that were meant; None when there is nothing to replace.

        When the words cannot be read, those of the last time serve until it is time to read them again.
        """
        async with self._reading:
            if time.monotonic() - self._read_at >= _MAX_AGE:
                self._read_at = time.monotonic()
                try:
                    self._words = await self._read()
                except STORE_ERRORS as error:
                    _log.warning("vocabulary.not_read", error=repr(error))
        return corrected(q, self._words)

    async def _read(self) -> dict[str, int]:
        groups = await self._store.products.aggregate(
            [
                {"$match": {"deleted": False}},
                {"$unwind": "$tokens"},
                {"$group": {"_id": "$tokens", "count": {"$sum": 1}}},
                {"$sort": {"count": -1, "_id": 1}},
                {"$limit": _MOST_WORDS},
            ]
        )
        return {group["_id"]: group["count"] async for group in groups}
