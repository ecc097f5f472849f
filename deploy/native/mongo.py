"""MongoDB: `mongod` where it is installed, else SecantusDB, which speaks its protocol."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from deploy.native.layout import Layout
from deploy.native.packages import SEARCH_PATH
from deploy.native.programs import Program


def program(layout: Layout) -> Program:
    port = layout.port("mongo")
    data = str(layout.data / "mongo")
    command: tuple[str, ...]
    if mongod := shutil.which("mongod", path=SEARCH_PATH):
        command = (mongod, "--bind_ip", "127.0.0.1", "--port", str(port), "--dbpath", data, "--quiet")
        command = (*command, "--wiredTigerCacheSizeGB", "0.25")
    else:
        stand_in = str(Path(sys.executable).with_name("secantusd-py"))
        command = (stand_in, "--host", "127.0.0.1", "--port", str(port), "--storage-path", data)
        # Every acknowledged write is on the disk, as with MongoDB's journal.
        command = (*command, "--cache-size", "256M", "--sync-on-commit")
    return Program(
        name="mongo", command=command, ports=(port,), ready=lambda: _is_ready(url(layout)), stop_seconds=20
    )


def prepare(layout: Layout) -> None:
    (layout.data / "mongo").mkdir(parents=True, exist_ok=True)


def url(layout: Layout) -> str:
    return f"mongodb://{layout.mongo_login}127.0.0.1:{layout.port('mongo')}/products?directConnection=true"


def _is_ready(address: str) -> str | None:
    try:
        client: pymongo.MongoClient[dict[str, Any]]
        with pymongo.MongoClient(address, serverSelectionTimeoutMS=1000) as client:
            client.admin.command("ping")
    except PyMongoError as error:
        return str(error)[:200]
    return None
