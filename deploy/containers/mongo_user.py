"""The one-shot `mongo-users`: the product service's own user, who may use its database and no other."""

from __future__ import annotations

from pathlib import Path

import pymongo
from pymongo.database import Database

SECRETS = Path("/run/secrets/mongo")
USER = DATABASE = "products"


def main() -> None:
    """Create the user, or give it the password of today."""
    password = (SECRETS / "products_password").read_text()
    client: pymongo.MongoClient[dict[str, object]]
    with pymongo.MongoClient(
        "mongodb://mongo:27017/?directConnection=true",
        username="root",
        password=(SECRETS / "password").read_text(),
        serverSelectionTimeoutMS=10_000,
    ) as client:
        database: Database[dict[str, object]] = client[DATABASE]
        known = database.command("usersInfo", USER)["users"]
        command = "updateUser" if known else "createUser"
        database.command(command, USER, pwd=password, roles=[{"role": "readWrite", "db": DATABASE}])
    print(f"{command} {USER}")


if __name__ == "__main__":
    main()
