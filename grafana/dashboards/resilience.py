"""Breakers, retries, timeouts and degraded modes: what happens when a part fails."""

from grafana.board import Board, Row, Variable
from grafana.dashboards.telemetry import LOST_SPANS
from grafana.panels import Q, bars, grid, latency, lines, number
from grafana.promql import increase, named, rare, rate, ratio, zero_for

CALLS = "shop_circuit_breaker_calls_total"
STATE = "shop_circuit_breaker_state"
CLIENT = "http_client_request_duration_seconds"
BREAKER = 'breaker="$breaker"'
PEER = 'service_peer_name="$peer"'
STATUS = "http_response_status_code"
BAD = f'error_type!="", {STATUS}!~"4.."'

BOARD = Board(
    "resilience",
    "Resilience",
    "Circuit breakers, retries, timeouts and degraded modes: how the platform lives with a part that fails.",
    [
        Row(
            "Now",
            [
                number(
                    "Open breakers",
                    "How many breakers are open? Breakers that let no call through, over all replicas.",
                    "none",
                    Q(f'sum({STATE}{{state="open"}})', "open"),
                    steps=((1, "red"),),
                ),
                number(
                    "Half-open breakers",
                    "How many are trying again? Breakers in half-open: a few calls are let through as a trial.",
                    "none",
                    Q(f'sum({STATE}{{state=~"half.open"}})', "half-open"),
                    steps=((1, "orange"),),
                ),
                number(
                    "Rejected calls",
                    "How many calls are turned away? Calls in 5 minutes that an open breaker did not let through.",
                    "none",
                    Q(rare(increase(CALLS, where='outcome="rejected"')), "rejected"),
                    steps=((1, "orange"),),
                ),
                number(
                    "Timeouts",
                    "How many calls ran out of time? "
                    "Calls of the last 5 minutes that were given up because their time was over.",
                    "none",
                    Q(rare(increase("shop_timeouts_total")), "timeouts"),
                    steps=((1, "orange"),),
                ),
                number(
                    "Retries",
                    "How many second attempts? "
                    "Retries of the last 5 minutes: calls that failed once and are harmless to repeat.",
                    "none",
                    Q(rare(increase("shop_retries_total")), "retries"),
                    steps=((1, "orange"),),
                ),
                number(
                    "Stopped background tasks",
                    "How much background work stands still? "
                    "Background tasks that do not run: relays, consumers, expiry, settling. 0 is healthy.",
                    "none",
                    Q("sum(1 - shop_background_task_up)", "stopped"),
                    steps=((1, "red"),),
                ),
            ],
        ),
        Row(
            "Breakers",
            [
                lines(
                    "Breakers not closed",
                    "Which breakers are open, and when? Replicas on which a breaker is open or half-open.",
                    "none",
                    Q(f'sum by (breaker) ({STATE}{{state!="closed"}})', "{{breaker}}"),
                    steps=((1, "red"),),
                ),
                lines(
                    "Breaker transitions",
                    "Which breakers change their state? Changes in 5 minutes, by breaker and new state.",
                    "none",
                    Q(
                        increase("shop_circuit_breaker_transitions_total", by="breaker, to_state"),
                        "{{breaker}} to {{to_state}}",
                    ),
                ),
                lines(
                    "Breaker calls by outcome",
                    "What do calls through breakers end in? Calls a second by outcome, over all breakers.",
                    "ops",
                    Q(rate(CALLS, by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
            ],
        ),
        Row(
            "Breaker $breaker",
            [
                lines(
                    "Calls by outcome",
                    "How do its calls end? Calls a second through the breaker, by outcome.",
                    "ops",
                    Q(rate(CALLS, by="outcome", where=BREAKER, window="5m"), "{{outcome}}"),
                    stack=True,
                ),
                lines(
                    "Failure rate by caller",
                    "What share fails? "
                    "Failures of all calls that were let through. The breaker opens after several in a row.",
                    "percentunit",
                    Q(
                        zero_for(
                            ratio(
                                rate(CALLS, by="job", where=f'{BREAKER}, outcome="failure"', window="5m"),
                                rate(CALLS, by="job", where=f'{BREAKER}, outcome=~"success|failure"', window="5m"),
                                by="job",
                            ),
                            f"max by (job) ({STATE}{{{BREAKER}}})",
                        ),
                        "{{job}}",
                    ),
                    steps=((0.5, "red"),),
                    top=1,
                ),
                grid(
                    "Breaker state by replica",
                    "In which state is it on each replica? The breaker's state by instance.",
                    "none",
                    Q(f"{STATE}{{{BREAKER}}} == 1", "is it"),
                    has_value=False,
                ),
            ],
        ),
        Row(
            "Calls to $peer",
            [
                latency(
                    "Call latency quantiles",
                    "How long do the calls take? "
                    "Quantiles of the calls to the peer. A dot is a call: click it for its trace.",
                    CLIENT,
                    where=PEER,
                    window="5m",  # keys are fetched rarely
                    service="$peer",
                ),
                lines(
                    "Calls by caller and status",
                    "How are the calls answered? Calls a second by caller and status.",
                    "ops",
                    Q(
                        named(
                            rate(f"{CLIENT}_count", by=f"job, {STATUS}", where=PEER, window="5m"),
                            STATUS,
                            "no answer",
                        ),
                        f"{{{{job}}}} {{{{{STATUS}}}}}",
                    ),
                    stack=True,
                ),
                lines(
                    "Failed calls",
                    "What share of the calls fails? Calls without an answer or with a status of 500 or more.",
                    "percentunit",
                    Q(
                        ratio(
                            rate(f"{CLIENT}_count", where=f"{PEER}, {BAD}", window="5m"),
                            rate(f"{CLIENT}_count", where=PEER, window="5m"),
                        ),
                        "failed",
                    ),
                    steps=((0.05, "orange"), (0.5, "red")),
                    top=1,
                ),
            ],
        ),
        Row(
            "Second attempts and time limits",
            [
                lines(
                    "Retries by call",
                    "Which calls are tried again? "
                    "Retries a minute by call. They have a budget: a part that is down gets no storm.",
                    "cpm",
                    Q("60 * " + rate("shop_retries_total", by="call", window="2m"), "{{call}}"),
                ),
                lines(
                    "Timeouts by call",
                    "Which calls run out of time? Timeouts a minute by call.",
                    "cpm",
                    Q("60 * " + rate("shop_timeouts_total", by="call", window="2m"), "{{call}}"),
                    steps=((10, "red"),),
                ),
                latency(
                    "p95 latency by peer",
                    "Which peer is slow? p95 of the calls to each peer.",
                    CLIENT,
                    by="service_peer_name",
                    steps=((1, "orange"),),
                ),
            ],
        ),
        Row(
            "Degraded modes",
            [
                lines(
                    "Cache look-ups that failed",
                    "Do reads do without the cache? "
                    "Look-ups a second that Redis did not answer: the database was asked instead.",
                    "ops",
                    Q(
                        zero_for(
                            rate("shop_cache_requests_total", by="cache", where='outcome="error"'),
                            rate("shop_cache_requests_total", by="cache"),
                        ),
                        "{{cache}}",
                    ),
                    steps=((0.1, "orange"),),
                ),
                lines(
                    "Oldest waiting event by outbox",
                    "Do events wait for the broker? "
                    "Age of the oldest event that is not confirmed: orders are accepted while the broker is away.",
                    "s",
                    Q("max by (job) (shop_outbox_oldest_event_age_seconds)", "{{job}}"),
                    steps=((30, "red"),),
                ),
                lines(
                    "Background task restarts",
                    "Does background work die? "
                    "Restarts of background tasks in 5 minutes, by service. Its log names the task.",
                    "none",
                    Q(
                        zero_for(
                            increase("shop_background_task_restarts_total", by="job"),
                            "max by (job) (shop_background_task_up)",
                        ),
                        "{{job}}",
                    ),
                    steps=((1, "red"),),
                ),
                bars(
                    "Running background tasks",
                    "Which background work runs? Tasks that run, by service, over all replicas.",
                    "none",
                    Q("sum by (job) (shop_background_task_up)", "{{job}}"),
                ),
                lines(
                    "Webhooks by outcome",
                    "Does the provider call back? "
                    "Webhooks a minute by outcome. None while payments come: the provider is asked instead.",
                    "cpm",
                    Q("60 * " + rate("shop_webhooks_total", by="outcome"), "{{outcome}}"),
                ),
                lines(
                    "Dropped spans by service",
                    "Are traces lost? "
                    "Spans a second that never reached the trace store. Requests go on as if nothing was.",
                    "ops",
                    Q(LOST_SPANS, "{{job}}"),
                    steps=((1, "orange"),),
                ),
            ],
        ),
    ],
    variables=[
        Variable("breaker", "Breaker", f"label_values({STATE}, breaker)", "payment-provider"),
        Variable("peer", "Peer", f"label_values({CLIENT}_count, service_peer_name)", "product-service"),
    ],
    alerts="",
)
