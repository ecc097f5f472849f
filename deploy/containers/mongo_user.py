"""The one-shot `mongo-users`: the product service's own user, who may use its database and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymongo
from pymongo.database import Database

SECRETS = Path("/run/secrets/mongo")
USER = DATABASE = "products"


def main() -> None:
    """Create the user, or give it the password of today."""
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient(
        "mongodb://mongo:27017/?directConnection=true",
        username="root",
        password=(SECRETS / "password").read_text(),
        serverSelectionTimeoutMS=10_000,
    ) as client:
        command = grant(client[DATABASE], USER, (SECRETS / "products_password").read_text(), "readWrite")
    print(f"{command} {USER}")


def grant(database: Database[dict[str, Any]], user: str, password: str, role: str) -> str:
    """Make the user of this database with this one role and password, or correct it; the command it took."""
    known = any(found["user"] == user for found in database.command("usersInfo")["users"])
    command = "updateUser" if known else "createUser"
    database.command(command, user, pwd=password, roles=[{"role": role, "db": database.name}])
    return command


if __name__ == "__main__":
    main()
