"""PostgreSQL: how it sees itself; a row of the dashboard Data stores."""

from grafana.board import Row
from grafana.panels import Q, dial, latency, lines, number
from grafana.promql import increase, rate, ratio

__all__ = ["ROW"]

OURS = 'datname=~"users|orders|payments"'
FOUND = rate("pg_stat_database_blks_hit", where=OURS, window="5m")

ROW = Row(
    "PostgreSQL",
    [
        latency(
            "p95 latency by SQL statement",
            "Which statements are slow? p95 by what they do, verb and table.",
            "db_client_operation_duration_seconds",
            by="db_query_summary",
            where='db_system_name="postgresql"',
        ),
        lines(
            "Transactions by database",
            "How many transactions are committed? "
            "Transactions a second by database; rolled back ones below their own name.",
            "ops",
            Q(rate("pg_stat_database_xact_commit", by="datname", where=OURS), "{{datname}} committed"),
            Q(
                rate("pg_stat_database_xact_rollback", by="datname", where=OURS),
                "{{datname}} rolled back",
            ),
        ),
        lines(
            "Connections by state",
            "What do the connections do? "
            "Connections of the shop's databases by state. `idle in transaction` should not last.",
            "none",
            Q(f"sum by (state) (pg_stat_activity_count{{{OURS}}}) > 0", "{{state}}"),
            stack=True,
        ),
        dial(
            "Buffer cache hit rate",
            "Is memory enough for the data? Share of blocks of 5 minutes that PostgreSQL found in its own memory.",
            "percentunit",
            Q(
                ratio(FOUND, f"{FOUND} + {rate('pg_stat_database_blks_read', where=OURS, window='5m')}"),
                "found",
            ),
            steps=((0.9, "green"),),
        ),
        number(
            "Deadlocks",
            "Do transactions deadlock? Deadlocks of the last 5 minutes. PostgreSQL ends one of the two.",
            "none",
            Q(increase("pg_stat_database_deadlocks", where=OURS), "deadlocks"),
            steps=((1, "red"),),
        ),
        number(
            "Oldest transaction",
            "How old is the oldest transaction? A transaction that stays open holds locks and stops the clean-up.",
            "s",
            Q(f"max(pg_stat_activity_max_tx_duration{{{OURS}}})", "oldest"),
            steps=((30, "orange"), (300, "red")),
        ),
        number(
            "Open connections",
            "How many connections are open? "
            "Connections to PostgreSQL, the exporter's own included. It accepts 120.",
            "none",
            Q("sum(pg_stat_database_numbackends)", "open"),
            steps=((90, "orange"), (110, "red")),
        ),
        lines(
            "Rows read and written",
            "How much is read and written? Rows a second in the shop's databases.",
            "ops",
            Q(rate("pg_stat_database_tup_fetched", where=OURS), "fetched"),
            Q(rate("pg_stat_database_tup_inserted", where=OURS), "inserted"),
            Q(rate("pg_stat_database_tup_updated", where=OURS), "updated"),
            Q(rate("pg_stat_database_tup_deleted", where=OURS), "deleted"),
        ),
        lines(
            "Database size",
            "How large are the databases? Size on disk of each database of the shop.",
            "bytes",
            Q(f"max by (datname) (pg_database_size_bytes{{{OURS}}})", "{{datname}}"),
        ),
        lines(
            "Locks by database",
            "Who holds locks? Locks held or awaited in the shop's databases, by database.",
            "none",
            Q(f"sum by (datname) (pg_locks_count{{{OURS}}})", "{{datname}}"),
        ),
    ],
)
