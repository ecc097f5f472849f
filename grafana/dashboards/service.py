"""One service: rate, errors and duration, and what it spends its time on."""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, grid, latency, lines, number
from grafana.promql import increase, named, quantile, rare, rate, ratio, zero_for

REQUESTS = "http_server_request_duration_seconds"
COUNT = f"{REQUESTS}_count"
JOB = 'job=~"$service"'
ROUTE = "http_route"
STATUS = "http_response_status_code"
FAILED = f'{JOB}, {STATUS}=~"5.."'
REFUSED = f'{JOB}, {STATUS}=~"4.."'
DATABASE = "db_client_operation_duration_seconds"

BOARD = Board(
    "service",
    "Service",
    "Rate, errors and duration of one service, by route, and where its time goes.",
    [
        Row(
            "$service now",
            [
                number(
                    "Requests",
                    "How many requests a second? Requests answered by all replicas of the service.",
                    "reqps",
                    Q(rate(COUNT, where=JOB), "requests"),
                ),
                number(
                    "Error rate",
                    "What share fails? Answers with a status of 500 or more.",
                    "percentunit",
                    Q(ratio(rate(COUNT, where=FAILED), rate(COUNT, where=JOB)), "failed"),
                    steps=((0.001, "orange"), (0.01, "red")),
                ),
                number(
                    "Median latency",
                    "How long does half of them take? "
                    "The median: half of the requests are faster, half are slower.",
                    "s",
                    Q(quantile(0.5, REQUESTS, where=JOB), "p50"),
                ),
                number(
                    "p99 latency",
                    "How slow is the slowest percent? The time within which 99 % of requests are answered.",
                    "s",
                    Q(quantile(0.99, REQUESTS, where=JOB), "p99"),
                    steps=((0.5, "orange"), (2, "red")),
                ),
                number(
                    "Requests in progress",
                    "How many are in progress? Requests being handled at the moment of the scrape.",
                    "none",
                    Q(f"sum(http_server_active_requests{{{JOB}}})", "active"),
                ),
                number(
                    "Replicas up",
                    "How many replicas answer? Instances whose last scrape succeeded.",
                    "none",
                    Q(rare(f"sum(up{{{JOB}}})"), "up"),
                ),
            ],
        ),
        Row(
            "Rate and errors",
            [
                lines(
                    "Requests by route",
                    "Which routes are used? Requests a second by route template.",
                    "reqps",
                    Q(
                        named(rate(COUNT, by=f"http_request_method, {ROUTE}", where=JOB), ROUTE, "no route"),
                        "{{http_request_method}} {{http_route}}",
                    ),
                    stack=True,
                ),
                lines(
                    "Requests by status",
                    "With which status are they answered? "
                    "Requests a second by status. `no answer`: the client had left.",
                    "reqps",
                    Q(
                        named(rate(COUNT, by=STATUS, where=JOB), STATUS, "no answer"),
                        "{{http_response_status_code}}",
                    ),
                    stack=True,
                ),
                lines(
                    "Failed requests by route",
                    "Which routes fail? "
                    "Answers a second with a status of 500 or more; 0 for a route that does not fail.",
                    "reqps",
                    Q(
                        named(
                            zero_for(rate(COUNT, by=ROUTE, where=FAILED), rate(COUNT, by=ROUTE, where=JOB)),
                            ROUTE,
                            "no route",
                        ),
                        "{{http_route}}",
                    ),
                    steps=((0.1, "red"),),
                ),
            ],
        ),
        Row(
            "Duration",
            [
                latency(
                    "Latency quantiles",
                    "How long do requests take? "
                    "Quantiles of the duration. A dot is a request: click it for its trace.",
                    REQUESTS,
                    where=JOB,
                    service="$service",
                    steps=((0.5, "orange"),),
                ),
                latency(
                    "p95 latency by route",
                    "Which routes are slow? The time within which 95 % of a route's requests are answered.",
                    REQUESTS,
                    by=ROUTE,
                    where=f'{JOB}, http_route!=""',
                    service="$service",
                    steps=((0.5, "orange"),),
                ),
                latency(
                    "p95 latency by replica",
                    "Is one replica slower than the others? "
                    "p95 by instance. They share the load, so they should look alike.",
                    REQUESTS,
                    by="instance",
                    where=JOB,
                    service="$service",
                ),
            ],
        ),
        Row(
            "Where the time goes",
            [
                latency(
                    "p95 database time by statement",
                    "How long do its databases take? p95 of statements, by verb and table, and of commands.",
                    DATABASE,
                    by="db_query_summary",
                    where=JOB,
                    service="$service",
                ),
                lines(
                    "Database statements per request",
                    "How many statements does a request cost? "
                    "Statements and commands a second, divided by requests a second. Background work counts too.",
                    "none",
                    Q(f"{rate(DATABASE + '_count', where=JOB)} / ({rate(COUNT, where=JOB)} > 0)", "statements"),
                ),
                lines(
                    "Requests by replica",
                    "Is the load balanced? Requests a second by instance.",
                    "reqps",
                    Q(rate(COUNT, by="instance", where=JOB), "{{instance}}"),
                ),
            ],
        ),
        Row(
            "In detail",
            [
                grid(
                    "Busiest routes, last 5 minutes",
                    "Which routes were busiest in 5 minutes? Requests by method, route and status.",
                    "none",
                    Q(
                        f"topk(20, {increase(COUNT, by=f'http_request_method, {ROUTE}, {STATUS}', where=JOB)})",
                        "requests",
                    ),
                ),
                bars(
                    "Refused requests (4xx) by route",
                    "What share is refused? "
                    "Answers from 400 to 499 by route: wrong input, missing tokens, unknown ids.",
                    "percentunit",
                    Q(
                        named(
                            ratio(
                                rate(COUNT, by=ROUTE, where=REFUSED, window="2m"),
                                rate(COUNT, by=ROUTE, where=JOB, window="2m"),
                                by=ROUTE,
                            ),
                            ROUTE,
                            "no route",
                        ),
                        "{{http_route}}",
                    ),
                ),
                lines(
                    "Breaker calls by outcome",
                    "How many calls do its breakers let through? "
                    "Calls a second through the service's circuit breakers, by breaker and outcome.",
                    "ops",
                    Q(
                        rate("shop_circuit_breaker_calls_total", by="breaker, outcome", where=JOB, window="5m"),
                        "{{breaker}} {{outcome}}",
                    ),
                ),
            ],
        ),
    ],
    variables=[
        Variable("service", "Service", f"label_values({COUNT}, job)", "order-service", several=True),
    ],
    alerts='service=~"${service:regex}"',  # Grafana writes several as {a,b} where no format is named
)
