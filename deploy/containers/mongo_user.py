"""The one-shot `mongo-users`: the product service's own user, who may use its database and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymongo

from deploy.installation.mongo_grant import DATABASE, USER, grant

SECRETS = Path("/run/secrets/mongo")


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


if __name__ == "__main__":
    main()
