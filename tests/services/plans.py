"""Asks PostgreSQL how it would find the rows of every statement that a service sent: by an index or not."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import Engine, event

from services.shared.prepared import Prepared

__all__ = ["heard", "without_index"]

_PLANNED = ("SELECT", "WITH", "UPDATE", "DELETE")


@contextmanager
def heard() -> Iterator[set[str]]:
    """The statements that this process sends to PostgreSQL inside the block: by SQLAlchemy, or prepared."""
    statements: set[str] = set()

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if connection.dialect.name == "postgresql" and statement.lstrip().startswith(_PLANNED):
            statements.add(statement.strip())

    take = Prepared.arguments

    def taken(prepared: Prepared, values: dict[str, Any]) -> list[Any]:
        if prepared.sql.lstrip().startswith(_PLANNED):
            statements.add(prepared.sql.strip())
        return take(prepared, values)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with patch.object(Prepared, "arguments", taken):
            yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def without_index(database_url: str, statements: set[str]) -> dict[str, set[str]]:
    """The statements for which no index is of use, each with the tables that it reads from one end to the other.

    Only the outbox may be read so: all that it holds is work to be done, and that is counted.
    """
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        # Small tables are read in whole, because that is quicker, unless it is forbidden.
        await connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        found = {statement: await _sequential(connection, statement) for statement in sorted(statements)}
    finally:
        await connection.close()
    return {statement: tables for statement, tables in found.items() if tables}


async def _sequential(connection: Any, statement: str) -> set[str]:
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    await connection.execute(f"PREPARE heard AS {statement}")
    try:
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE heard{values}")
    finally:
        await connection.execute("DEALLOCATE heard")
    return set(_read_in_whole(json.loads(plan)[0]["Plan"])) - {"outbox"}


def _read_in_whole(node: dict[str, Any], *, limited: bool = False) -> Iterator[str]:
    """The tables that a plan reads from one end to the other, in their own order or in that of an index."""
    conditions = node.keys() & {"Index Cond", "Recheck Cond", "TID Cond"}
    is_whole = "Relation Name" in node and node["Node Type"] != "ModifyTable" and not conditions
    if is_whole and not (limited and node["Node Type"].startswith("Index")):
        yield node["Relation Name"]
    for part in node.get("Plans", []):
        yield from _read_in_whole(part, limited=limited or node["Node Type"] == "Limit")
