"""The words by which products are found, and which of them somebody meant who mistyped one."""

import asyncio
import time
from collections.abc import Mapping

from services.product.store import Store, words_of

__all__ = ["Vocabulary", "corrected", "is_one_typo"]

_MOST_WORDS = 5_000  # the most common ones: comparing a word with all of them takes some milliseconds
_MAX_AGE = 60.0  # seconds: whatever is searched for, the words are read once in that time
_SHORTEST = 4  # letters: of shorter words almost every one is one typo from another
_MOST_MISTYPED = 3  # words of a query: comparing each of them takes its time from everybody else


class Vocabulary:
    """The words of all products with the number of products that have each; read anew every `max_age` seconds."""

    def __init__(self, store: Store, max_age: float = _MAX_AGE) -> None:
        self._store = store
        self._max_age = max_age
        self._words: dict[str, int] = {}
        self._read_at = -max_age
        self._reading = asyncio.Lock()

    async def correct(self, q: str) -> str | None:
        """`q` with its mistyped words replaced by those that were meant; None when there is nothing to replace."""
        async with self._reading:
            if time.monotonic() - self._read_at >= self._max_age:
                self._words = await self._read()
                self._read_at = time.monotonic()
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


def corrected(q: str, words: Mapping[str, int]) -> str | None:
    """What was meant by `q`: each word that nothing has is taken for the most common word one typo away.

    The last word may be the beginning of one, as in a search. None when a word is like none that there is, or more
    than three are mistyped.
    """
    asked = words_of(q)
    meant: list[str] = []
    mistyped = 0
    for place, word in enumerate(asked):
        is_last = place == len(asked) - 1
        if word in words or (is_last and any(known.startswith(word) for known in words)):
            meant.append(word)
            continue
        mistyped += 1
        found = _meant_by(word, words, as_beginning=is_last) if mistyped <= _MOST_MISTYPED else None
        if found is None:
            return None
        meant.append(found)
    return " ".join(meant) if meant != asked else None


def _meant_by(word: str, words: Mapping[str, int], *, as_beginning: bool) -> str | None:
    if len(word) < _SHORTEST:
        return None
    near = [known for known in words if len(known) >= _SHORTEST - 1 and is_one_typo(word, known)]
    if not near and as_beginning:
        lengths = (len(word) - 1, len(word), len(word) + 1)
        near = [k for k in words if any(len(k) > n and is_one_typo(word, k[:n]) for n in lengths)]
    return min(near, key=lambda known: (-words[known], known)) if near else None


def is_one_typo(one: str, other: str) -> bool:
    """One letter is missing, too much or another one, or two neighbours changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right if len(left) > len(right) else left == right[1:]
