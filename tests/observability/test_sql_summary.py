"""observability.sql_summary"""

import pytest

from observability.sql_summary import summary_of
from services.order.statements import MOVE, MOVE_AND_TELL, PLACE

# The text of a statement: its summary, its operation, its table.
STATEMENTS = {
    "SELECT 1": ("SELECT", "SELECT", ""),
    "  select id from things where id = $1 for update skip locked": ("SELECT things", "SELECT", "things"),
    "SELECT 1 FROM things FOR NO KEY UPDATE OF things": ("SELECT things", "SELECT", "things"),
    "SELECT * FROM things AS t, more JOIN others o USING (id)": ("SELECT things more others", "SELECT", ""),
    "SELECT a.id FROM things a, things b ORDER BY a.id, b.id": ("SELECT things", "SELECT", "things"),
    "SELECT (SELECT 1 FROM others), id FROM things": ("SELECT things SELECT others", "SELECT", ""),
    "SELECT EXTRACT(epoch FROM now() - created) FROM things": ("SELECT things", "SELECT", "things"),
    "SELECT EXTRACT(epoch FROM created) FROM things": ("SELECT things", "SELECT", "things"),
    "SELECT a IS DISTINCT FROM b FROM things": ("SELECT things", "SELECT", "things"),
    "SELECT * FROM jsonb_each($1), LATERAL f(value)": ("SELECT", "SELECT", ""),
    "SELECT * FROM things LEFT JOIN LATERAL (SELECT 1 FROM others) AS o ON true": (
        "SELECT things SELECT others",
        "SELECT",
        "",
    ),
    "(SELECT id FROM things) UNION ALL (SELECT id FROM things)": ("SELECT things", "SELECT", "things"),
    "SELECT 'it''s from nowhere' FROM \"order\"": ("SELECT order", "SELECT", "order"),
    "SELECT * FROM pg_catalog.pg_class": ("SELECT pg_catalog.pg_class", "SELECT", "pg_catalog.pg_class"),
    "INSERT INTO things (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2": (
        "INSERT things",
        "INSERT",
        "things",
    ),
    "INSERT OR REPLACE INTO things SELECT id FROM others": ("INSERT things SELECT others", "", ""),
    "UPDATE ONLY things AS t SET a = 1 FROM others": ("UPDATE things others", "UPDATE", ""),
    "DELETE FROM things USING others": ("DELETE things others", "DELETE", ""),
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n": (
        "SELECT",
        "SELECT",
        "",
    ),
    "WITH placed AS (INSERT INTO orders (id) VALUES ($1) RETURNING id), "
    "lines AS MATERIALIZED (INSERT INTO order_lines VALUES ((SELECT id FROM placed))) SELECT 1 FROM placed": (
        "INSERT orders INSERT order_lines",
        "INSERT",
        "",
    ),
    "WITH moved AS (UPDATE orders SET a = 1) INSERT INTO outbox (event) VALUES ($1)": (
        "UPDATE orders INSERT outbox",
        "",
        "",
    ),
    "CREATE TABLE things AS SELECT * FROM others": ("CREATE", "CREATE", ""),
    "nonsense": ("NONSENSE", "NONSENSE", ""),
    "": ("", "", ""),
}


@pytest.mark.parametrize("sql", STATEMENTS)
def test_says_what_is_done_to_which_tables(sql: str) -> None:
    """Each verb with its tables, as they come."""
    assert tuple(summary_of(sql)) == STATEMENTS[sql]


def test_is_never_too_long() -> None:
    """It ends with a whole word."""
    tables = [f"table_{number}" for number in range(100)]
    text = summary_of("SELECT * FROM " + ", ".join(tables)).text
    assert 240 < len(text) <= 255
    assert text.split() == ["SELECT", *tables][: len(text.split())]


def test_tells_the_writes_of_an_order_apart() -> None:
    """To place an order and to move it are different things, and so are their spans and series."""
    moved = "UPDATE orders INSERT order_events UPDATE order_history"
    assert [summary_of(written.sql).text for written in (PLACE, MOVE, MOVE_AND_TELL)] == [
        "INSERT orders INSERT order_lines INSERT order_events INSERT order_history INSERT outbox",
        moved,
        f"{moved} INSERT outbox",
    ]
