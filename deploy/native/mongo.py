"""MongoDB: `mongod` where it is installed, else SecantusDB, which speaks its protocol. Both ask for a password."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymongo
from pymongo.database import Database
from pymongo.errors import PyMongoError

from deploy.installation import ports
from deploy.installation.addresses import mongo_url, own_mongo_url
from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.installation.mongo_grant import USER, grant
from deploy.installation.secrets import Secrets
from deploy.native.packages import SEARCH_PATH
from deploy.native.programs import Program

Client = pymongo.MongoClient[dict[str, Any]]

_ROOT = "root"
_START_SECONDS = 60.0


def program(layout: Layout, secrets: Secrets) -> Program:
    port = layout.port("mongo")
    return Program(
        name="mongo",
        command=(*_server(layout, port), "--auth"),
        ports=(port,),
        ready=lambda: _problem(own_mongo_url(_host(port), secrets)),
        stop_seconds=20,
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    """Make the users, unless they are there with the passwords of today. Raises `ShopError`.

    Both servers let in anybody as long as they run without `--auth`. So they do that only here, on a port that
    nobody knows, until the users are made.
    """
    (layout.data / "mongo").mkdir(parents=True, exist_ok=True)
    made = layout.data / "mongo-users"
    wanted = hashlib.sha256(f"{secrets.mongo_password}:{secrets.databases[USER]}".encode()).hexdigest()
    if made.exists() and made.read_text() == wanted:
        return
    with _open_to_all(layout) as client:
        _make_users(client, secrets)
    write_private(made, wanted)


def is_installed() -> bool:
    """Whether MongoDB itself is here; SecantusDB stands in for it otherwise."""
    return shutil.which("mongod", path=SEARCH_PATH) is not None


def _server(layout: Layout, port: int) -> tuple[str, ...]:
    data = str(layout.data / "mongo")
    options: tuple[str, ...]
    if mongod := shutil.which("mongod", path=SEARCH_PATH):
        options = ("--bind_ip", "127.0.0.1", "--nounixsocket", "--dbpath", data, "--wiredTigerCacheSizeGB", "0.25")
        return (mongod, "--port", str(port), *options, "--quiet")
    stand_in = str(Path(sys.executable).with_name("secantusd-py"))
    # Every acknowledged write is on the disk, as with MongoDB's journal.
    options = ("--storage-path", data, "--cache-size", "256M", "--sync-on-commit")
    return (stand_in, "--host", "127.0.0.1", "--port", str(port), *options)


@contextmanager
def _open_to_all(layout: Layout) -> Iterator[Client]:
    """The server without `--auth`: one of an older version that still runs, or one for this purpose."""
    port = layout.port("mongo")
    if not ports.is_free(port) and _problem(mongo_url(_host(port))) is None:
        with Client(mongo_url(_host(port))) as client:
            yield client
        return
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    log = layout.logs / "mongo-users.log"
    with (
        log.open("w") as output,
        subprocess.Popen(_server(layout, port), stdin=subprocess.DEVNULL, stdout=output, stderr=output) as server,
    ):
        try:
            deadline = time.monotonic() + _START_SECONDS
            while problem := _problem(mongo_url(_host(port))):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise ShopError(f"MongoDB did not start: {problem}", f"Its log: {log}")
                time.sleep(0.05)
            with Client(mongo_url(_host(port))) as client:
                yield client
        finally:
            server.terminate()


def _make_users(client: Client, secrets: Secrets) -> None:
    for database in ("admin", USER):  # whoever else is there was made by somebody else
        for user in client[database].command("usersInfo")["users"]:
            if user["user"] not in (_ROOT, USER):
                client[database].command("dropUser", user["user"])
    grant(client["admin"], _ROOT, secrets.mongo_password, "root")
    grant(client[USER], USER, secrets.databases[USER], "readWrite")


def _host(port: int) -> str:
    return f"127.0.0.1:{port}"


def _problem(address: str) -> str | None:
    """Why the server does not do what this address is for."""
    try:
        with Client(address, serverSelectionTimeoutMS=1000) as client:
            database: Database[dict[str, Any]] = client.get_default_database(default="admin")
            database.command("usersInfo" if database.name == "admin" else "ping")
    except PyMongoError as error:
        return str(error)[:200]
    return None
