"""PostgreSQL, MongoDB and Redis: as the services feel them, and as they see themselves."""

from grafana.board import Board, Row
from grafana.dashboards import postgresql
from grafana.panels import Q, bars, latency, lines, number, yes_no
from grafana.promql import quantile, rate, ratio

DATABASE = "db_client_operation_duration_seconds"
COUNT = f"{DATABASE}_count"
CACHE = "shop_cache_requests_total"
POOL = "db_client_connection_count"
POOL_MAX = "db_client_connection_max"
NAME = "db_client_connection_pool_name"
STATE = "db_client_connection_state"


def _of(system: str) -> str:
    return f'db_system_name="{system}"'


BOARD = Board(
    "datastores",
    "Data stores",
    "PostgreSQL, MongoDB and Redis: how long the services wait for them, and how they are themselves. MongoDB is "
    "measured from the services' side.",
    [
        Row(
            "Now",
            [
                yes_no(
                    "PostgreSQL up",
                    "Does PostgreSQL answer? Whether the exporter could ask PostgreSQL.",
                    "max(pg_up)",
                ),
                yes_no(
                    "Redis up",
                    "Does Redis answer? "
                    "Whether the exporter could ask Redis. Without it logins get no refresh token.",
                    "max(redis_up)",
                ),
                number(
                    "MongoDB commands",
                    "How often does MongoDB answer? "
                    "Commands of the product service a second. None: MongoDB or the product service is gone.",
                    "ops",
                    Q(rate(COUNT, where=_of("mongodb")), "commands"),
                ),
                number(
                    "PostgreSQL p95 latency",
                    "How slow is PostgreSQL? p95 of all statements, as the services measure them.",
                    "s",
                    Q(quantile(0.95, DATABASE, where=_of("postgresql")), "p95"),
                    steps=((0.1, "orange"), (0.5, "red")),
                ),
                number(
                    "MongoDB p95 latency",
                    "How slow is MongoDB? p95 of all commands, as the product service measures them.",
                    "s",
                    Q(quantile(0.95, DATABASE, where=_of("mongodb")), "p95"),
                    steps=((0.1, "orange"), (0.5, "red")),
                ),
                number(
                    "Redis p95 latency",
                    "How slow is Redis? p95 of all commands, as the services measure them.",
                    "s",
                    Q(quantile(0.95, DATABASE, where=_of("redis")), "p95"),
                    steps=((0.02, "orange"), (0.1, "red")),
                ),
            ],
        ),
        Row(
            "As the services feel them",
            [
                latency(
                    "p95 latency by store",
                    "Which store is slow? "
                    "p95 of statements and commands by store. A dot is one statement: click it for its trace.",
                    DATABASE,
                    by="db_system_name",
                ),
                lines(
                    "Operations by store",
                    "How often are they asked? Statements and commands a second, by store.",
                    "ops",
                    Q(rate(COUNT, by="db_system_name"), "{{db_system_name}}"),
                ),
                lines(
                    "Time spent waiting by service",
                    "How much of each second is spent waiting? "
                    "Seconds of waiting for a store in one second, added up over all requests, by service.",
                    "s",
                    Q(rate(f"{DATABASE}_sum", by="job"), "{{job}}"),
                    stack=True,
                ),
            ],
        ),
        Row(
            "Connection pools",
            [
                lines(
                    "Connections in use by pool",
                    "How many connections are in use? Connections taken from each pool, on all replicas.",
                    "none",
                    Q(f'sum by ({NAME}) ({POOL}{{{STATE}="used"}})', f"{{{{{NAME}}}}}"),
                ),
                lines(
                    "Idle connections by pool",
                    "How many are idle? Open connections that wait for work, on all replicas.",
                    "none",
                    Q(f'sum by ({NAME}) ({POOL}{{{STATE}="idle"}})', f"{{{{{NAME}}}}}"),
                ),
                bars(
                    "Pool utilisation",
                    "How busy are the pools? "
                    "Share of connections that is in use, on the busiest replica. Full for long: requests wait.",
                    "percentunit",
                    Q(
                        f'max by ({NAME}) ({POOL}{{{STATE}="used"}} / ignoring({STATE}) {POOL_MAX})',
                        f"{{{{{NAME}}}}}",
                    ),
                    steps=((0.8, "orange"), (0.95, "red")),
                ),
            ],
        ),
        postgresql.ROW,
        Row(
            "MongoDB",
            [
                latency(
                    "p95 latency by MongoDB command",
                    "Which commands are slow? p95 by command, as the product service measures them.",
                    DATABASE,
                    by="db_operation_name",
                    where=_of("mongodb"),
                ),
                lines(
                    "MongoDB commands by name",
                    "Which commands are used? Commands a second, as the product service counts them.",
                    "ops",
                    Q(rate(COUNT, by="db_operation_name", where=_of("mongodb")), "{{db_operation_name}}"),
                    stack=True,
                ),
                lines(
                    "MongoDB connections by instance",
                    "How many of its connections are in use? "
                    "Connections of the product service's pools, by instance and state.",
                    "none",
                    Q(
                        f'sum by (instance, {STATE}) ({POOL}{{{NAME}="mongodb"}})',
                        f"{{{{instance}}}} {{{{{STATE}}}}}",
                    ),
                ),
            ],
        ),
        Row(
            "Redis and the cache",
            [
                lines(
                    "Cache hit rate",
                    "Does the cache help? Share of look-ups that were answered by the cache.",
                    "percentunit",
                    Q(
                        ratio(
                            rate(CACHE, by="cache", where='outcome="hit"', window="2m"),
                            rate(CACHE, by="cache", window="2m"),
                            by="cache",
                        ),
                        "{{cache}}",
                    ),
                    top=1,
                ),
                lines(
                    "Cache look-ups by outcome",
                    "What do look-ups find? "
                    "Look-ups a second by outcome. `error`: Redis did not answer, the database was asked.",
                    "ops",
                    Q(rate(CACHE, by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
                latency(
                    "p95 latency by Redis command",
                    "Which Redis commands are slow? p95 by command, as the services measure them.",
                    DATABASE,
                    by="db_operation_name",
                    where=_of("redis"),
                ),
                lines(
                    "Redis memory",
                    "How much memory does Redis use? Memory in use, what the system gave it, and its limit.",
                    "bytes",
                    Q("max(redis_memory_used_bytes)", "used"),
                    Q("max(redis_memory_used_rss_bytes)", "resident"),
                    Q("max(redis_memory_max_bytes)", "limit"),
                ),
                lines(
                    "Redis keys",
                    "How many keys are there? Keys, and those with an end: all of ours have one.",
                    "none",
                    Q("sum(redis_db_keys)", "keys"),
                    Q("sum(redis_db_keys_expiring)", "with an end"),
                ),
                lines(
                    "Expired and evicted keys",
                    "Does Redis throw keys away? "
                    "Keys a second that expired, or were evicted because memory was short.",
                    "ops",
                    Q(rate("redis_expired_keys_total"), "expired"),
                    Q(rate("redis_evicted_keys_total"), "evicted"),
                ),
                lines(
                    "Redis commands by name",
                    "How many commands does Redis do? Commands a second by name.",
                    "ops",
                    Q(f"topk(8, {rate('redis_commands_total', by='cmd')})", "{{cmd}}"),
                ),
                lines(
                    "Redis clients",
                    "Who is connected to Redis? Client connections, and those that wait in a blocking command.",
                    "none",
                    Q("max(redis_connected_clients)", "connected"),
                    Q("max(redis_blocked_clients)", "blocked"),
                ),
                lines(
                    "Redis refusals and errors",
                    "Does Redis refuse anything? "
                    "Connections refused and commands answered with an error, a second.",
                    "ops",
                    Q(rate("redis_rejected_connections_total"), "connections refused"),
                    Q(rate("redis_total_error_replies"), "errors"),
                ),
            ],
        ),
    ],
)
