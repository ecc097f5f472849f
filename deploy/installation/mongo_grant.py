"""The product service's own user at MongoDB, who may use its database and no other."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from deploy.installation.services import MONGO_DATABASE

USER = DATABASE = MONGO_DATABASE


def grant(database: Database[dict[str, Any]], user: str, password: str, role: str) -> str:
    """Make the user of this database with this one role and password, or correct it; the command it took."""
    known = any(found["user"] == user for found in database.command("usersInfo")["users"])
    command = "updateUser" if known else "createUser"
    database.command(command, user, pwd=password, roles=[{"role": role, "db": database.name}])
    return command
