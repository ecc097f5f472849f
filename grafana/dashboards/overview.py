"""The shop at a glance: is it well, and what sells?"""

from grafana.alerts import FIRING
from grafana.board import Board, Row
from grafana.panels import Q, bars, dashboards, latency, lines, number
from grafana.promql import NONE, increase, quantile, rate, ratio

SERVICES = 'job=~".+-service|payment-provider"'
REQUESTS = "http_server_request_duration_seconds"
FAILED = 'http_response_status_code=~"5.."'

BOARD = Board(
    "overview",
    "Overview",
    "The shop at a glance: is it well, is it fast, what sells? The other dashboards explain the parts.",
    [
        Row(
            "Now",
            [
                number(
                    "Firing alerts",
                    "Does anything fire? Alerts with the severity page or ticket. The list below names them.",
                    "none",
                    Q(f"count({FIRING}){NONE}", "firing"),
                    steps=((1, "red"),),
                    loud=True,
                ),
                number(
                    "Error rate",
                    "What share of requests fails? "
                    "Answers with a status of 500 or more, of all answers of all services.",
                    "percentunit",
                    Q(ratio(rate(f"{REQUESTS}_count", where=FAILED), rate(f"{REQUESTS}_count")), "failed"),
                    steps=((0.001, "orange"), (0.01, "red")),
                ),
                number(
                    "p99 latency",
                    "How slow is the slowest percent? The time within which 99 % of all requests are answered.",
                    "s",
                    Q(quantile(0.99, REQUESTS), "p99"),
                    steps=((0.5, "orange"), (2, "red")),
                ),
                number(
                    "Orders per minute",
                    "How many orders a minute? Orders placed, over the last minute.",
                    "none",
                    Q(increase("shop_orders_total", where='status="pending"', window="1m"), "orders"),
                ),
                number(
                    "Revenue, last 15 minutes",
                    "How much was paid in 15 minutes? "
                    "Value of the orders that became paid, in the shop's currency.",
                    "locale",
                    Q(increase("shop_order_value_cents_total", window="15m") + " / 100", "paid"),
                ),
                number(
                    "Events waiting in outboxes",
                    "How many events wait to be sent? "
                    "Events in the outboxes that the broker has not confirmed. More than a few for long: the "
                    "broker or a relay is stuck.",
                    "none",
                    Q("sum(max by (job) (shop_outbox_pending_events))", "waiting"),
                    steps=((50, "orange"), (500, "red")),
                ),
            ],
        ),
        Row(
            "Requests",
            [
                lines(
                    "Requests by service",
                    "How many requests does each service answer? "
                    "Requests a second at the services, as they count them.",
                    "reqps",
                    Q(rate(f"{REQUESTS}_count", by="job"), "{{job}}"),
                    stack=True,
                ),
                lines(
                    "Error rate by service",
                    "Which service fails? Share of answers with a status of 500 or more.",
                    "percentunit",
                    Q(
                        ratio(
                            rate(f"{REQUESTS}_count", by="job", where=FAILED),
                            rate(f"{REQUESTS}_count", by="job"),
                            by="job",
                        ),
                        "{{job}}",
                    ),
                    steps=((0.01, "red"),),
                ),
                latency(
                    "p95 latency by service",
                    "Which service is slow? "
                    "The time within which 95 % of requests are answered. A dot is a request with its trace.",
                    REQUESTS,
                    by="job",
                    steps=((0.5, "orange"),),
                ),
            ],
        ),
        Row(
            "Business",
            [
                lines(
                    "Orders by new state",
                    "What becomes of the orders? Moves of orders into each state, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_orders_total", by="status"), "{{status}}"),
                ),
                lines(
                    "Payments by outcome",
                    "Are payments accepted? Payments with a final result, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_payments_total", by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
                lines(
                    "Logins by outcome",
                    "Do customers get in? Logins a minute, by outcome.",
                    "cpm",
                    Q("60 * " + rate("shop_logins_total", by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
            ],
        ),
        Row(
            "Trouble",
            [
                bars(
                    "Breakers not closed",
                    "Which circuit breakers are not closed? "
                    "Breakers that are open or half-open, on any replica. None is healthy.",
                    "none",
                    Q(
                        'sum by (breaker) (shop_circuit_breaker_state{state!="closed"})',
                        "{{breaker}}",
                    ),
                    steps=((1, "red"),),
                ),
                lines(
                    "New dead letters by queue",
                    "Which messages were given up? "
                    "Messages moved to a dead-letter queue in 5 minutes. Look at them with ./shop dlq.",
                    "none",
                    Q(increase("shop_messages_dead_lettered_total", by="queue"), "{{queue}}"),
                    steps=((1, "red"),),
                ),
                bars(
                    "Targets that answer, by job",
                    "Does everything answer? What Prometheus reads of each job: replicas, or pages of one.",
                    "none",
                    Q("sum by (job) (up)", "{{job}}"),
                ),
            ],
        ),
        Row("All dashboards", [dashboards()]),
    ],
    alerts="",
)
