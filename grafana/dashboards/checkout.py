"""From an order to its payment: how many get through, how long each stage takes, where they are stuck."""

from grafana.board import Board, Row
from grafana.panels import Q, bars, latency, lines, number
from grafana.promql import increase, rate, ratio, zero_for

ORDERS = "shop_orders_total"
RESERVATION = "shop_reservation_duration_seconds"
PAYMENT = "shop_payment_duration_seconds"
REQUESTS = "http_server_request_duration_seconds"
PLACED = increase(ORDERS, where='status="pending"')
RESERVED = increase("shop_stock_reservations_total", where='outcome="reserved"')


def _state(name: str) -> str:
    return increase(ORDERS, where=f'status="{name}"')


BOARD = Board(
    "checkout",
    "Checkout journey",
    "The way of an order: placed, stock decided, paid. Counts are of the last 5 minutes unless said.",
    [
        Row(
            "Funnel now",
            [
                number(
                    "Orders placed",
                    "How many were placed? Orders placed in 5 minutes.",
                    "none",
                    Q(PLACED, "placed"),
                ),
                number(
                    "Stock reserved",
                    "How many got their stock? Orders whose stock was reserved in 5 minutes.",
                    "none",
                    Q(RESERVED, "reserved"),
                ),
                number(
                    "Orders paid",
                    "How many were paid? Orders paid in 5 minutes.",
                    "none",
                    Q(_state("paid"), "paid"),
                ),
                number(
                    "Conversion",
                    "What share of orders is paid? "
                    "Paid divided by placed, of 5 minutes: the conversion of the checkout.",
                    "percentunit",
                    Q(ratio(increase(ORDERS, where='status="paid"'), PLACED), "paid"),
                ),
                number(
                    "Out-of-stock share",
                    "What share finds no stock? Rejected divided by placed, of 5 minutes.",
                    "percentunit",
                    Q(ratio(increase(ORDERS, where='status="rejected"'), PLACED), "rejected"),
                    steps=((0.2, "orange"), (0.5, "red")),
                ),
                number(
                    "Declined payments",
                    "What share of payments is declined? Failed payments of all with a result, of 5 minutes.",
                    "percentunit",
                    Q(
                        ratio(
                            increase("shop_payments_total", where='outcome="failed"'),
                            increase("shop_payments_total"),
                        ),
                        "declined",
                    ),
                    steps=((0.3, "orange"), (0.6, "red")),
                ),
            ],
        ),
        Row(
            "Funnel",
            [
                bars(
                    "Funnel, last 5 minutes",
                    "Where do orders leave the funnel? "
                    "Orders that reached each step in 5 minutes, in the order of the steps. "
                    "The panel beside it shows where the others went.",
                    "none",
                    Q(PLACED, "placed"),
                    Q(RESERVED, "stock reserved"),
                    Q(_state("paid"), "paid"),
                    Q(_state("fulfilled"), "sent"),
                ),
                lines(
                    "Orders by new state",
                    "Into which states do orders move? Moves of orders into each state, a minute.",
                    "cpm",
                    Q("60 * " + rate(ORDERS, by="status"), "{{status}}"),
                ),
                lines(
                    "Revenue per minute",
                    "How much is paid a minute? Value of the orders that became paid, in the shop's currency.",
                    "locale",
                    Q("60 / 100 * " + rate("shop_order_value_cents_total"), "paid"),
                ),
            ],
        ),
        Row(
            "Duration of each stage",
            [
                latency(
                    "Time to decide stock",
                    "How long does it take to decide the stock? "
                    "For how long orders are pending; those that are cancelled count too. The goal: under 2 s.",
                    RESERVATION,
                    service="order-service",
                    steps=((2, "red"),),
                ),
                latency(
                    "Time to decide a payment",
                    "How long does it take to decide a payment? "
                    "From accepted to succeeded or failed. The goal: under 10 s. A slow test card takes 5 s.",
                    PAYMENT,
                    service="payment-service",
                    steps=((10, "red"),),
                ),
                latency(
                    "p95 latency of placing and paying",
                    "How long do the customer's calls take? p95 of placing an order and of paying, by route.",
                    REQUESTS,
                    by="http_route",
                    where='http_request_method="POST", http_route=~"/api/orders|/api/payments"',
                    steps=((0.5, "orange"),),
                ),
            ],
        ),
        Row(
            "Flow",
            [
                lines(
                    "Orders placed and decided",
                    "Do as many orders leave as come? "
                    "Placed, and reserved or rejected, a minute. "
                    "A gap: a stalled checkout.",
                    "cpm",
                    Q("60 * " + rate(ORDERS, where='status="pending"'), "placed"),
                    Q("60 * " + rate(ORDERS, where='status=~"awaiting_payment|rejected"'), "decided"),
                ),
                lines(
                    "Events waiting by outbox",
                    "How many events are on their way? "
                    "Events in each service's outbox that the broker has not confirmed.",
                    "none",
                    Q("max by (job) (shop_outbox_pending_events)", "{{job}}"),
                ),
                lines(
                    "Oldest waiting event by outbox",
                    "How old is the oldest event on its way? "
                    "Age of the oldest event in each outbox. More than seconds: the relay or broker is stuck.",
                    "s",
                    Q("max by (job) (shop_outbox_oldest_event_age_seconds)", "{{job}}"),
                    steps=((30, "red"),),
                ),
            ],
        ),
        Row(
            "Stock and payments",
            [
                lines(
                    "Stock reservations by outcome",
                    "What becomes of the stock? Reservations by outcome, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_stock_reservations_total", by="outcome"), "{{outcome}}"),
                ),
                lines(
                    "Webhooks by outcome",
                    "What does the provider tell us? "
                    "Calls back from the payment provider by what became of them, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_webhooks_total", by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
                lines(
                    "Provider charges by outcome",
                    "What does the provider decide? Charges at the payment provider, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_provider_charges_total", by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
                lines(
                    "Provider call-backs by outcome",
                    "Does the provider reach us? Calls back made by the payment provider, by outcome, a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_provider_callbacks_total", by="outcome"), "{{outcome}}"),
                    stack=True,
                ),
                lines(
                    "Refunds by reason",
                    "What is paid back, and why? "
                    "Refunds in 5 minutes by reason: an order `expired` or was `cancelled`, a charge was `late`.",
                    "none",
                    Q(increase("shop_refunds_total", by="reason"), "{{reason}}"),
                ),
                lines(
                    "Payments settled by asking",
                    "What share of payments needs asking? "
                    "Payments with a result that no callback brought: the service had to ask the provider.",
                    "percentunit",
                    Q(
                        "clamp_min(1 - "
                        + ratio(
                            increase("shop_webhooks_total", where='outcome="applied"'),
                            increase("shop_payments_total"),
                        )
                        + ", 0)",
                        "asked",
                    ),
                    top=1,
                ),
            ],
        ),
        Row(
            "Customers",
            [
                lines(
                    "Registrations and logins",
                    "Who comes? Registrations and logins a minute.",
                    "cpm",
                    Q("60 * " + rate("shop_registrations_total", by="outcome"), "registration {{outcome}}"),
                    Q("60 * " + rate("shop_logins_total", by="outcome"), "login {{outcome}}"),
                ),
                lines(
                    "Session refreshes by outcome",
                    "Are sessions renewed, or stolen? "
                    "Refresh tokens presented a minute. `reused` ends its session: it may have been stolen.",
                    "cpm",
                    Q("60 * " + rate("shop_session_refreshes_total", by="outcome"), "{{outcome}}"),
                ),
                lines(
                    "Failed logins",
                    "Do logins fail? Share of logins with a wrong password, or refused after too many.",
                    "percentunit",
                    Q(
                        zero_for(
                            ratio(
                                rate("shop_logins_total", where='outcome!="success"'),
                                rate("shop_logins_total"),
                            ),
                            "sum(up{job='user-service'})",
                        ),
                        "not let in",
                    ),
                    steps=((0.5, "orange"),),
                    top=1,
                ),
            ],
        ),
    ],
    alerts='service=~"product-service|order-service|payment-service|payment-provider"',
)
