"""What must hold between the stores once nothing is under way. Pure functions: rows in, disagreements out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploy.operations.facts import Case, Charge, Delayed, Disagreement, Order

LATE_SECONDS = 60  # a pending order, or an event in an outbox, is late after this
_PAID = ("paid", "fulfilled")
_HOLDING = ("awaiting_payment", "payment_failed")
# By the status of a payment, what its charge may be. A processing payment is under way: anything.
_CHARGES = {
    "succeeded": ("succeeded",),
    "failed": ("missing", "declined"),
    "refunding": ("succeeded", "succeeded and refunded"),
    "refunded": ("succeeded and refunded",),
}
# By the status of an order, what the decision about its stock may be. A pending order is under way: anything.
_DECISIONS = {
    "awaiting_payment": ("reserved",),
    "payment_failed": ("reserved",),
    "paid": ("committed",),
    "fulfilled": ("committed",),
    "cancelled": ("released", "rejected"),
    "rejected": ("rejected",),
}


def of_order(case: Case) -> Iterator[Disagreement]:
    """Everything that the stores disagree about in one order."""
    yield from _payments(case)
    if case.order is None:
        yield from _strays(case)
    else:
        yield from _money(case, case.order)
        yield from _stock(case, case.order)
        yield from _history(case, case.order)
        if case.order.overdue:
            found = f"pending since {case.order.placed}"
            yield _order(case, found, f"a decision about its stock within {LATE_SECONDS} s")


def of_charges(charges: Iterable[str], payments: Iterable[str]) -> Iterator[Disagreement]:
    """Charges in the ledger (by payment id) that belong to none of the payments."""
    for payment_id in set(charges).difference(payments):
        yield Disagreement("charge", payment_id, "the ledger has it", "a payment with this id")


def of_products(available: Iterable[tuple[str, int]]) -> Iterator[Disagreement]:
    """Products (id, available) of which more was given away than there was."""
    for product_id, number in available:
        if number < 0:
            yield Disagreement("product", product_id, f"{number} available", "0 or more")


def of_dead_letters(letters: Iterable[tuple[str, int]]) -> Iterator[Disagreement]:
    """Queues (name, number of messages) of what was given up."""
    for queue, number in letters:
        if number:
            found = f"{number} dead letter{'s' * (number > 1)}"
            yield Disagreement("queue", queue, found, f"none (./shop dlq show {queue})")


def of_outboxes(delayed: Iterable[Delayed]) -> Iterator[Disagreement]:
    """Events that were not published in time."""
    for event in delayed:
        found = f"{event.type} waits in the outbox of {event.outbox} since {event.since}"
        yield Disagreement("event", event.event_id, found, f"it published within {LATE_SECONDS} s")


def _payments(case: Case) -> Iterator[Disagreement]:
    """A payment and its charge tell the same of the same money."""
    for payment in case.payments:
        charge = case.charges.get(payment.id)
        found = _state(charge)
        allowed = _CHARGES.get(payment.status)
        if allowed and found not in allowed:
            text = f"payment {payment.id} is {payment.status}, its charge in the ledger is {found}"
            yield _order(case, text, f"a charge that is {' or '.join(allowed)}")
        if charge and (charge.amount_cents, charge.currency) != (payment.amount_cents, payment.currency):
            text = f"the charge of payment {payment.id} is {_amount(charge.amount_cents, charge.currency)}"
            yield _order(case, text, f"{_amount(payment.amount_cents, payment.currency)} as the payment")


def _money(case: Case, order: Order) -> Iterator[Disagreement]:
    """A paid order has exactly one succeeded payment, of its total; any other order has none."""
    succeeded = [payment.id for payment in case.payments if payment.status == "succeeded"]
    twice = len(succeeded) > 1
    if order.status in _PAID:
        if len(succeeded) != 1:
            which = f" ({', '.join(succeeded)})" if succeeded else ""
            found = f"it is {order.status} with {len(succeeded)} succeeded payments{which}"
            yield _order(case, found, "one", charged_twice=twice)
    else:
        for payment_id in succeeded:
            found = f"it is {order.status}, payment {payment_id} succeeded"
            yield _order(case, found, "it paid, or a refund", charged_twice=twice)
    if order.status == "awaiting_payment":
        for payment in case.payments:
            if payment.status == "failed":
                yield _order(case, f"it is awaiting_payment, payment {payment.id} failed", "payment_failed")
    for payment in case.payments:
        if (payment.amount_cents, payment.currency) != (order.total_cents, order.currency):
            found = f"payment {payment.id} is {_amount(payment.amount_cents, payment.currency)}"
            yield _order(case, found, f"{_amount(order.total_cents, order.currency)} as the order")


def _stock(case: Case, order: Order) -> Iterator[Disagreement]:
    """An order that can be paid holds its lines; an order that cannot holds nothing; the decision says which."""
    allowed = _DECISIONS.get(order.status)
    forgotten = case.decision is None and order.old and order.status not in _HOLDING
    if allowed and not forgotten and case.decision not in allowed:
        found = f"it is {order.status}, the decision about its stock is {case.decision or 'missing'}"
        yield _order(case, found, " or ".join(allowed))
    if allowed:
        due = order.lines if order.status in _HOLDING else ()
        if case.held != due:
            yield _order(case, f"it is {order.status} and holds {_held(case.held)}", _held(due))


def _history(case: Case, order: Order) -> Iterator[Disagreement]:
    """The read model tells what the order is."""
    if case.history is None:
        yield _order(case, "it has no history row", "one (./shop rebuild history)")
        return
    for name in ("status", "user_id", "total_cents", "currency", "reason"):
        shown, is_so = getattr(case.history, name), getattr(order, name)
        if shown != is_so:
            yield _order(case, f"its history row has {name} {shown!r}", f"{is_so!r} as the order")


def _strays(case: Case) -> Iterator[Disagreement]:
    """What the stores have of an order that does not exist."""
    if case.history is not None:
        yield _order(case, "it has a history row", "an order with this id (./shop rebuild history)")
    for payment in case.payments:
        yield _order(case, f"it has payment {payment.id} ({payment.status})", "an order with this id")
    if case.held:
        yield _order(case, f"it holds {_held(case.held)}", "an order with this id")


def _order(case: Case, found: str, expected: str, *, charged_twice: bool = False) -> Disagreement:
    return Disagreement("order", case.order_id, found, expected, charged_twice)


def _state(charge: Charge | None) -> str:
    return "missing" if charge is None else charge.status + " and refunded" * charge.refunded


def _amount(cents: int, currency: str) -> str:
    return f"{cents} cents {currency}"


def _held(lines: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{quantity} of product {product}" for product, quantity in lines) or "no stock"
