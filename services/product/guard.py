"""No value from outside becomes an operator of MongoDB: a filter takes scalars, and operators marked as ours.

Events and requests are checked before (services/shared/events/contracts.py, schemas.py). This is the one place
behind all of them: JSON gives plain dicts, never an `Op`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.results import InsertOneResult, UpdateResult

__all__ = ["Guarded", "Op", "check_filter"]

Document = dict[str, Any]
_IDS = ("_id", "id", "orderId", "reservations.orderId", "outbox.id", "stockKeys.id", "lease")
_SCALARS = (str, bool, int, float, datetime, type(None))


class Op(dict[str, Any]):
    """An operator that our own code wrote, such as `Op({"$gte": quantity})`."""


class Guarded:
    """A collection whose filters hold scalars and `Op`s only. Raises TypeError for anything else."""

    def __init__(self, collection: AsyncCollection[Document]) -> None:
        self._collection = collection

    def find(self, where: Document, *args: Any, **options: Any) -> AsyncCursor[Document]:
        """As the collection's."""
        check_filter(where)
        return self._collection.find(where, *args, **options)

    async def find_one(self, where: Document, *args: Any, **options: Any) -> Document | None:
        """As the collection's."""
        check_filter(where)
        return await self._collection.find_one(where, *args, **options)

    async def count_documents(self, where: Document, **options: Any) -> int:
        """As the collection's."""
        check_filter(where)
        return await self._collection.count_documents(where, **options)

    async def update_one(self, where: Document, update: Document, **options: Any) -> UpdateResult:
        """As the collection's."""
        check_filter(where)
        _check_update(update)
        return await self._collection.update_one(where, update, **options)

    async def find_one_and_update(self, where: Document, update: Document, **options: Any) -> Document | None:
        """As the collection's."""
        check_filter(where)
        _check_update(update)
        found: Document | None = await self._collection.find_one_and_update(where, update, **options)
        return found

    async def insert_one(self, document: Document) -> InsertOneResult:
        """As the collection's: what is stored is never read as an operator, but its id is looked for."""
        _check_scalar("_id", document["_id"])
        return await self._collection.insert_one(document)

    async def delete_many(self, where: Document) -> None:
        """As the collection's."""
        check_filter(where)
        await self._collection.delete_many(where)

    async def aggregate(self, pipeline: list[Document]) -> AsyncCommandCursor[Document]:
        """As the collection's. Pipelines are ours alone: nothing from outside is a part of one."""
        return await self._collection.aggregate(pipeline)

    async def create_indexes(self, indexes: list[Any]) -> list[str]:
        """As the collection's."""
        return await self._collection.create_indexes(indexes)


def check_filter(where: Mapping[str, Any]) -> None:
    """Raises TypeError for what is no filter of ours. The filter itself is: its values are what may be foreign."""
    for name, value in where.items():
        if isinstance(value, Op):
            _check_operator(name, value)
        elif name in ("$and", "$or"):
            _check_operand(name, value)
        else:
            _check_scalar(name, value)


def _check_operator(name: str, operator: Op) -> None:
    for kind, operand in operator.items():
        if kind == "$elemMatch":
            check_filter(operand)
            continue
        for value in operand if isinstance(operand, list) else [operand]:
            _check_scalar(name, value)


def _check_operand(name: str, conditions: Any) -> None:
    if not isinstance(conditions, list):
        raise TypeError(f"{name} needs a list")
    for condition in conditions:
        check_filter(condition)


def _check_scalar(name: str, value: Any) -> None:
    if not isinstance(value, _SCALARS) or name.startswith("$"):
        raise TypeError(f"{name} is compared with {type(value).__name__}; an operator of ours is an Op")
    if name in _IDS and not isinstance(value, (str, bool)):  # bool: of $exists
        raise TypeError(f"{name} is compared with {type(value).__name__}, not with text")


def _check_update(update: Document) -> None:
    """`$pull` is the one of our updates that searches."""
    for where in update.get("$pull", {}).values():
        check_filter(where)
    for name, value in update.get("$inc", {}).items():
        if type(value) is not int:
            raise TypeError(f"{name} is increased by {type(value).__name__}")
