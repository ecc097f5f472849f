"""Statements of every order, or of every few seconds: built and compiled once, and run by PostgreSQL's driver.

SQLAlchemy describes them, as it does all others. To run one through it costs ten times what the driver needs for
it: the statement is built anew, its text is found by a key that all its parts make, and several layers pass it on.
"""

from typing import Any

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect

__all__ = ["Prepared", "Record"]

_dialect = dialect()  # type: ignore[no-untyped-call]


class Record(asyncpg.Record):  # type: ignore[misc]
    """A row whose columns are attributes, too, as those of SQLAlchemy's rows are."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Prepared:
    """A statement whose values are `bindparam`s with names. The driver prepares it on each connection, once.

    sql: its text, with `$1` in place of the first value.
    """

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_dialect)  # type: ignore[attr-defined]
        self.sql: str = compiled.string
        self._values: dict[str, Any] = {}  # of the statement itself
        self._names: list[tuple[str, Any]] = []
        for name in compiled.positiontup or ():
            bound = compiled.binds[name]
            process = bound.type.dialect_impl(_dialect).bind_processor(_dialect)
            if not bound.required:
                self._values[name] = process(bound.effective_value) if process else bound.effective_value
            self._names.append((name, process if bound.required else None))

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """What stands for `$1` and the following. Raises KeyError for a value that is missing."""
        values = values | self._values
        return [values[name] if process is None else process(values[name]) for name, process in self._names]
