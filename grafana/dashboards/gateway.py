"""Nginx: what comes in, what is refused, and how the services behind it answer."""

from grafana.board import Board, Row
from grafana.panels import Q, bars, lines, number, yes_no
from grafana.promql import increase, quantile, rare, rate, ratio

REQUESTS = "shop_gateway_http_requests_total"
DURATION = "shop_gateway_http_request_duration_seconds"
UPSTREAM = "shop_gateway_upstream_duration_seconds"
LIMITED = "shop_gateway_limited_total"
API = 'service=~".+-service"'


# What the gateway refuses by itself has no upstream, and adds next to nothing to the first sum.
ADDED = f"{rate(DURATION + '_sum', where=API)} - {rate(UPSTREAM + '_sum', where=API)}"

BOARD = Board(
    "gateway",
    "Gateway",
    "Nginx, from its access log and its own counters: requests, limits, upstreams, and the view from outside.",
    [
        Row(
            "At the door",
            [
                number(
                    "Requests",
                    "How many requests a second? Requests in the access log.",
                    "reqps",
                    Q(rate(REQUESTS), "requests"),
                ),
                number(
                    "Error rate",
                    "What share fails? Answers with a status of 500 or more.",
                    "percentunit",
                    Q(ratio(rate(REQUESTS, where='http_response_status_code=~"5.."'), rate(REQUESTS)), "failed"),
                    steps=((0.001, "orange"), (0.01, "red")),
                ),
                number(
                    "Requests over a limit",
                    "How many are refused by a limit? "
                    "Requests of 5 minutes that were over a limit of requests or connections.",
                    "none",
                    Q(rare(increase(LIMITED)), "refused"),
                    steps=((100, "orange"),),
                ),
                number(
                    "p99 latency",
                    "How slow is the slowest percent? "
                    "The time within which 99 % of requests are answered, as clients see it.",
                    "s",
                    Q(quantile(0.99, DURATION), "p99"),
                    steps=((0.5, "orange"), (2, "red")),
                ),
                yes_no(
                    "Probes succeed",
                    "Is the shop seen from outside? Whether every probe of the shop's pages succeeds.",
                    "min(probe_success)",
                ),
                number(
                    "Certificate validity",
                    "How long is the certificate valid? Time until the TLS certificate expires.",
                    "s",
                    Q("min(probe_ssl_earliest_cert_expiry) - time()", "left"),
                ),
            ],
        ),
        Row(
            "Traffic",
            [
                lines(
                    "Requests by service",
                    "Which part is asked? "
                    "Requests a second by the part of the platform that their path belongs to.",
                    "reqps",
                    Q(rate(REQUESTS, by="service"), "{{service}}"),
                    stack=True,
                ),
                lines(
                    "Requests by status",
                    "With which status are they answered? Requests a second by status.",
                    "reqps",
                    Q(rate(REQUESTS, by="http_response_status_code"), "{{http_response_status_code}}"),
                    stack=True,
                ),
                lines(
                    "Bytes sent by service",
                    "How much is sent? Bytes a second of answers.",
                    "Bps",
                    Q(rate("shop_gateway_response_bytes_total", by="service"), "{{service}}"),
                    stack=True,
                ),
            ],
        ),
        Row(
            "Duration",
            [
                lines(
                    "Latency quantiles",
                    "How long do clients wait? "
                    "Quantiles over all requests, from the first byte in to the last byte out.",
                    "s",
                    Q(quantile(0.5, DURATION), "p50"),
                    Q(quantile(0.95, DURATION), "p95"),
                    Q(quantile(0.99, DURATION), "p99"),
                    steps=((0.5, "orange"),),
                ),
                lines(
                    "p95 latency by service",
                    "For which part do they wait? p95 by part of the platform.",
                    "s",
                    Q(quantile(0.95, DURATION, by="service"), "{{service}}"),
                    steps=((0.5, "orange"),),
                ),
                lines(
                    "p95 upstream latency by service",
                    "How long do the services take? p95 of the time until the upstream answered, by service.",
                    "s",
                    Q(quantile(0.95, UPSTREAM, by="service"), "{{service}}"),
                    steps=((0.5, "orange"),),
                ),
            ],
        ),
        Row(
            "Limits",
            [
                lines(
                    "Limited requests by service",
                    "Who is held back? Requests a second that a limit refused, by part and limit.",
                    "reqps",
                    Q(rate(LIMITED, by="service, kind", window="2m"), "{{kind}} {{service}}"),
                    steps=((10, "orange"),),
                ),
                lines(
                    "Share of requests limited (429)",
                    "What share of requests is refused? Answers with status 429, of all.",
                    "percentunit",
                    Q(ratio(rate(REQUESTS, where='http_response_status_code="429"'), rate(REQUESTS)), "refused"),
                    steps=((0.1, "orange"), (0.5, "red")),
                    top=1,
                ),
                bars(
                    "Refused requests (4xx) by service",
                    "Which parts answer with 400 to 499? Share of such answers, by part, in 5 minutes.",
                    "percentunit",
                    Q(
                        ratio(
                            increase(REQUESTS, by="service", where='http_response_status_code=~"4.."'),
                            increase(REQUESTS, by="service"),
                            by="service",
                        ),
                        "{{service}}",
                    ),
                ),
            ],
        ),
        Row(
            "Upstreams",
            [
                lines(
                    "Upstream errors by service",
                    "Which replicas do not answer? "
                    "Attempts a second that ended in 502, 503 or 504, by service and status.",
                    "reqps",
                    Q(
                        rate(
                            "shop_gateway_upstream_errors_total",
                            by="service, http_response_status_code",
                            window="2m",
                        ),
                        "{{http_response_status_code}} {{service}}",
                    ),
                    steps=((0.1, "red"),),
                ),
                lines(
                    "Second attempts by service",
                    "How often is a second replica asked? Requests a second that needed another attempt.",
                    "reqps",
                    Q(
                        rate("shop_gateway_upstream_retries_total", by="service", window="2m"),
                        "{{service}}",
                    ),
                ),
                lines(
                    "Latency added by the gateway",
                    "What does the gateway itself add? "
                    "Duration at the gateway minus that at the upstream, for each request that it passes on.",
                    "s",
                    Q(
                        f"clamp_min({ADDED}, 0) / ({rate(UPSTREAM + '_count', where=API)} > 0)",
                        "added",
                    ),
                ),
            ],
        ),
        Row(
            "Nginx, its log, the view from outside",
            [
                lines(
                    "Open connections",
                    "How many connections are open? "
                    "Connections by what they do: reading a request, writing an answer, waiting.",
                    "none",
                    Q("sum(nginx_connections_reading)", "reading"),
                    Q("sum(nginx_connections_writing)", "writing"),
                    Q("sum(nginx_connections_waiting)", "waiting"),
                    stack=True,
                ),
                lines(
                    "Connections accepted and handled",
                    "Are connections dropped? "
                    "Connections a second: accepted, and handled. They differ when workers have no room.",
                    "ops",
                    Q(rate("nginx_connections_accepted"), "accepted"),
                    Q(rate("nginx_connections_handled"), "handled"),
                ),
                lines(
                    "Log completeness",
                    "Is the whole log read? "
                    "Requests a second that Nginx counted, and lines of its log that were read.",
                    "reqps",
                    Q(rate("nginx_http_requests_total"), "counted by Nginx"),
                    Q(rate("shop_gateway_log_lines_total"), "read from the log"),
                ),
                lines(
                    "Probe duration",
                    "How long does the shop take from outside? "
                    "Duration of each probe by the blackbox exporter, connection included.",
                    "s",
                    Q("max by (instance) (probe_duration_seconds)", "{{instance}}"),
                    steps=((1, "orange"),),
                ),
                lines(
                    "Probe success",
                    "Which probes succeed? 1: the probe's address answered as it should.",
                    "none",
                    Q("min by (instance) (probe_success)", "{{instance}}"),
                    top=1,
                ),
                bars(
                    "Probe status codes",
                    "What do the probes get? HTTP status of each probe's answer.",
                    "none",
                    Q("max by (instance) (probe_http_status_code)", "{{instance}}"),
                ),
            ],
        ),
    ],
)
