"""MongoDB: documents as they are (BSON one after another, as mongodump writes it), compressed.

Decisions are read before products, as reservations.py writes them after: a decision that is in the copy has all
its lines there too, and what is missing the redelivery of the same event completes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import bson
import pymongo
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from deploy.operations.asking import asking

Document = Mapping[str, Any]
COLLECTIONS = ("decisions", "products")
_BATCH = 500  # documents written at once
# Whatever of the product database a fresh installation does not have.
_USED: Mapping[str, Document] = {
    "decisions": {},
    "products": {"$or": [{"version": {"$gt": 1}}, {"_id": {"$regex": "-"}}, {"sold": {"$gt": 0}}]},
}


def export(url: str, folder: Path) -> dict[str, int]:
    """Write each collection to `<name>.bson.gz`; how many documents each had."""
    with _connected(url) as database:
        return {name: _export(database, name, folder / f"{name}.bson.gz") for name in COLLECTIONS}


def load(url: str, name: str, source: IO[bytes]) -> int:
    """Replace a collection by what was exported; how many documents. Its indexes stay."""
    options: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
    loaded = 0
    with _connected(url) as database, gzip.open(source, "rb") as file:
        database[name].delete_many({})
        documents = bson.decode_file_iter(cast(IO[bytes], file), options)
        while batch := list(islice(documents, _BATCH)):
            database[name].insert_many(batch)
            loaded += len(batch)
    return loaded


def is_used(url: str) -> bool:
    """Whether there is more in it than the first catalogue."""
    with _connected(url) as database:
        return any(database[name].find_one(used, {"_id": True}) for name, used in _USED.items())


def _export(database: Database[Document], name: str, target: Path) -> int:
    exported = 0
    with gzip.open(target, "wb", compresslevel=1) as file:
        for batch in database[name].find_raw_batches({}, batch_size=1_000):
            documents = cast(bytes, batch)  # the driver's types say otherwise
            file.write(documents)
            exported += _count(documents)
    return exported


def _count(documents: bytes) -> int:
    """Each begins with its length (bsonspec.org)."""
    position = count = 0
    while position < len(documents):
        position += int.from_bytes(documents[position : position + 4], "little")
        count += 1
    return count


@contextmanager
def _connected(url: str) -> Iterator[Database[Document]]:
    with asking("MongoDB"):
        client: pymongo.MongoClient[Document] = pymongo.MongoClient(
            url, serverSelectionTimeoutMS=5_000, timeoutMS=60_000, w="majority", journal=True
        )
        with client:
            yield client.get_default_database()
