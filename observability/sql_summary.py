"""What an SQL statement does, in few words, as the conventions have it for `db.query.summary`.

It is read from the text by words, not by SQL's grammar: good enough to name a span, and as quick as it is small.
"""

import re
from typing import NamedTuple

__all__ = ["VERBS", "Summary", "summary_of"]

VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_LONGEST = 255  # characters of a summary, by the conventions
_TEXT = re.compile(r"'(?:[^']|'')*'")
# FROM stands also in EXTRACT(epoch FROM now()), and in IS DISTINCT FROM.
_NO_TABLE = re.compile(r"(?<=\()\s*(?!(?:SELECT|DELETE)\b)[\w.]+\s+FROM\b|\bDISTINCT\s+FROM\b", re.IGNORECASE)
_PART = re.compile(
    r"(?:\bWITH|\bRECURSIVE|,)\s+(\w+)\s*(?:\([^()]*\)\s*)?AS\s*(?:(?:NOT\s+)?MATERIALIZED\s*)?\(", re.IGNORECASE
)
_NAME = r'"?[a-z_][\w.]*+"?+'
_TABLE = rf"(?!LATERAL\b){_NAME}(?!\s*+\()(?:\s+(?:AS\s+)?\w+)?"  # a function's name has a bracket behind it
_WORD = re.compile(
    r"[()]|\b(?:(?P<read>SELECT)\b"
    rf"|(?P<write>INSERT(?:\s+OR\s+\w+)?\s+INTO|DELETE\s+FROM)\s+(?P<written>{_NAME})"
    rf"|(?P<change>UPDATE)\s+(?:ONLY\s+)?(?P<changed>{_NAME})(?=\s+(?:(?:AS\s+)?\w+\s+)?SET\b)"  # not FOR UPDATE
    rf"|(?:FROM|JOIN|USING)\s+(?:ONLY\s+)?(?=(?P<tables>{_TABLE}(?:\s*,\s*{_TABLE})*)))",
    re.IGNORECASE,
)


class Summary(NamedTuple):
    """text: `INSERT orders INSERT order_lines`. operation, table: empty where there is more than one, or none."""

    text: str
    operation: str
    table: str


def summary_of(sql: str) -> Summary:
    """Each verb with its tables, as they come; of a statement that is none of `VERBS`, the first word.

    The named parts of a statement (`WITH part AS`) are no tables, and a SELECT that reads only such is left out.
    """
    words = sql.lstrip("( \t\r\n").split(None, 1)
    first = words[0].upper() if words else ""
    if first not in VERBS and first != "WITH":
        return Summary(first, first, "")
    parts = [part for part in _parts(sql) if part[1]] or [("SELECT" if first == "WITH" else first, [])]
    done = [part for part, before in zip(parts, [None, *parts], strict=False) if part != before]  # of a UNION, one
    text = " ".join(" ".join((verb, *tables)) for verb, tables in done)
    if len(text) > _LONGEST:
        text = text[: _LONGEST + 1].rpartition(" ")[0]
    verbs, tables = {verb for verb, _ in done}, {table for _, tables in done for table in tables}
    return Summary(text, verbs.pop() if len(verbs) == 1 else "", tables.pop() if len(tables) == 1 else "")


def _parts(sql: str) -> list[tuple[str, list[str]]]:
    """Each verb of a statement with its tables."""
    plain = _NO_TABLE.sub("", _TEXT.sub("''", sql))
    own = {name.lower() for name in _PART.findall(plain)}
    parts: list[tuple[str, list[str]]] = []
    tables: list[str] = []  # of the verb that is being read
    around: list[list[str]] = []  # of those whose brackets are open
    for word in _WORD.finditer(plain):
        if word[0] == "(":
            around.append(tables)
        elif word[0] == ")":
            tables = around.pop() if around else tables
        else:
            if verb := word["read"] or word["write"] or word["change"]:
                tables = []
                parts.append((verb.split()[0].upper(), tables))
            for name in (word["written"] or word["changed"] or word["tables"] or "").split(","):
                table = name.split()[0].strip('"') if name.strip() else ""
                if table and table.lower() not in own and table not in tables:
                    tables.append(table)
    return parts
