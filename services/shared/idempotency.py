"""Idempotency-Key: the same request twice has one effect. A key belongs to a user and a route for 24 hours."""

from dataclasses import dataclass

from sqlalchemy import Column, DateTime, MetaData, Table, Text, and_, bindparam, func, select, text

from services.shared.database import Database, Transaction
from services.shared.idempotency_key import reused
from services.shared.prepared import Prepared

__all__ = ["DAY_OLD", "KeyUse", "keys", "metadata"]

metadata = MetaData()
keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)
_HOURS = 24
DAY_OLD = func.now() - func.make_interval(0, 0, 0, 0, _HOURS)
"""What was made before that is forgotten (housekeeping.py)."""
_MINE = and_(*(keys.c[name] == bindparam(name) for name in ("user_id", "route", "key")))
_KNOWN = Prepared(select(keys.c.fingerprint, keys.c.resource_id).where(_MINE, keys.c.created_at > DAY_OLD))
# An expired row is taken over in place.
_CLAIM = Prepared(
    text(f"""
INSERT INTO idempotency_keys AS mine (user_id, route, key, fingerprint, resource_id)
VALUES (:user_id, :route, :key, :digest, :resource_id)
ON CONFLICT (user_id, route, key) DO UPDATE
SET fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = now()
WHERE mine.created_at <= now() - make_interval(hours => {_HOURS})
RETURNING key
""")  # noqa: S608 - a number of ours
)


@dataclass(frozen=True)
class KeyUse:
    """One request with a key, or with none; then it is never known, and its claim always holds.

    First ask whether the key is `known`. If not, `claim` it in the transaction that makes the resource, before
    anything else is written. Where another request has it, end the transaction, and answer what is `known` then.

    digest: of the body, which must be the same each time.
    """

    user_id: str
    route: str
    key: str | None
    digest: str

    async def known(self, database: Database) -> str | None:
        """The id of what this key made before. Raises Unprocessable when the body was another."""
        if self.key is None:
            return None
        rows = await database.ask(_KNOWN, user_id=self.user_id, route=self.route, key=self.key)
        if not rows:
            return None
        if rows[0].fingerprint != self.digest:
            raise reused()
        return str(rows[0].resource_id)

    async def claim(self, transaction: Transaction, resource_id: str) -> bool:
        """Write the key into the transaction that makes `resource_id`.

        False when another request has it; where that one is still at work, this waits for its end.
        """
        return self.key is None or bool(await transaction.run(_CLAIM, **vars(self), resource_id=resource_id))

    async def made_by_other(self, database: Database) -> str:
        """The id of what the request made that has the key."""
        found = await self.known(database)
        assert found is not None
        return found
