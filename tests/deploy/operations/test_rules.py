"""The rules of reconciliation: nothing is said of a clean world, and each disagreement is seen."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.operations import rules
from deploy.operations.facts import Case, Charge, Delayed, History, Order, Payment

ORDER = Order("u", "paid", 1_000, "EUR", None, (("1", 2), ("2", 1)), "2030-01-01 00:00:00", overdue=False)
CHARGE = Charge("succeeded", 1_000, "EUR", refunded=False)
PAYMENT = Payment("p", "succeeded", 1_000, "EUR")


def case(status: str, decision: str | None = None, **changes: Any) -> Case:
    """An order in a state, with everything as it has to be but for the changes."""
    order = replace(ORDER, status=status)
    history = History(order.user_id, status, order.total_cents, order.currency, order.reason)
    return replace(Case("o", order, history, decision=decision), **changes)


def attempt(payment: str, charge: str | None, *, refunded: bool = False) -> dict[str, Any]:
    """One payment in a state, and its charge in a state (None: there is none)."""
    charges = {} if charge is None else {"p": replace(CHARGE, status=charge, refunded=refunded)}
    return {"payments": (replace(PAYMENT, status=payment),), "charges": charges}


def said(of: Case) -> list[str]:
    """The lines of the result."""
    return [str(disagreement) for disagreement in rules.of_order(of)]


def both() -> dict[str, Any]:
    """A declined attempt, then one that succeeded."""
    payments = (replace(PAYMENT, id="first", status="failed"), PAYMENT)
    return {"payments": payments, "charges": {"first": replace(CHARGE, status="declined"), "p": CHARGE}}


HELD = {"held": ORDER.lines}
PAID = attempt("succeeded", "succeeded")
CLEAN = {
    "placed": case("pending"),
    "placed, stock reserved": case("pending", "reserved", **HELD),
    "placed, stock rejected": case("pending", "rejected"),
    "awaiting": case("awaiting_payment", "reserved", **HELD),
    "paying, nothing sent": case("awaiting_payment", "reserved", **HELD, **attempt("processing", None)),
    "paying, charged": case("awaiting_payment", "reserved", **HELD, **attempt("processing", "succeeded")),
    "declined": case("payment_failed", "reserved", **HELD, **attempt("failed", "declined")),
    "refused unseen": case("payment_failed", "reserved", **HELD, **attempt("failed", None)),
    "paid": case("paid", "committed", **PAID),
    "paid at the second attempt": case("paid", "committed", **both()),
    "fulfilled": case("fulfilled", "committed", **PAID),
    "rejected": case("rejected", "rejected"),
    "cancelled": case("cancelled", "released"),
    "cancelled when there was no stock": case("cancelled", "rejected"),
    "cancelled while charged": case("cancelled", "released", **attempt("refunding", "succeeded")),
    "refund done, not yet noted": case(
        "cancelled", "released", **attempt("refunding", "succeeded", refunded=True)
    ),
    "refunded": case("cancelled", "released", **attempt("refunded", "succeeded", refunded=True)),
    "old, its decision forgotten": case("paid", None, order=replace(ORDER, old=True), **PAID),
}
TOLD: dict[str, Any] = {
    "user_id": "u",
    "status": "rejected",
    "total_cents": 1_000,
    "currency": "EUR",
    "reason": None,
}
TWICE = {"payments": (PAYMENT, replace(PAYMENT, id="q")), "charges": {"p": CHARGE, "q": CHARGE}}
CHEAP = {"payments": (replace(PAYMENT, amount_cents=1),), "charges": {"p": replace(CHARGE, amount_cents=1)}}
GARBLED = {
    "paid without payment": (case("paid", "committed"), "paid with 0 succeeded payments"),
    "paid, payment unfinished": (
        case("paid", "committed", **attempt("processing", "succeeded")),
        "0 succeeded payments",
    ),
    "paid twice": (case("paid", "committed", **TWICE), "2 succeeded payments (p, q)"),
    "another amount": (case("paid", "committed", **CHEAP), "payment p is 1 cents EUR; expected 1000 cents EUR"),
    "another currency": (
        case("paid", "committed", payments=(replace(PAYMENT, currency="USD"),), charges={"p": CHARGE}),
        "payment p is 1000 cents USD; expected 1000 cents EUR",
    ),
    "charged another amount": (
        case("paid", "committed", payments=(PAYMENT,), charges={"p": replace(CHARGE, amount_cents=7)}),
        "the charge of payment p is 7 cents EUR; expected 1000 cents EUR",
    ),
    "not charged": (case("paid", "committed", **attempt("succeeded", None)), "in the ledger is missing"),
    "charge declined": (case("paid", "committed", **attempt("succeeded", "declined")), "ledger is declined"),
    "refunded unknown to us": (
        case("paid", "committed", **attempt("succeeded", "succeeded", refunded=True)),
        "payment p is succeeded, its charge in the ledger is succeeded and refunded",
    ),
    "money taken for a failed payment": (
        case("payment_failed", "reserved", **HELD, **attempt("failed", "succeeded")),
        "payment p is failed, its charge in the ledger is succeeded",
    ),
    "refund never made": (
        case("cancelled", "released", **attempt("refunded", "succeeded")),
        "payment p is refunded, its charge in the ledger is succeeded; expected",
    ),
    "refund of nothing": (case("cancelled", "released", **attempt("refunding", None)), "ledger is missing"),
    **{
        f"{status} and paid": (case(status, decision, **PAID, **held), f"{status}, payment p succeeded")
        for status, decision, held in [
            ("pending", "reserved", HELD),
            ("awaiting_payment", "reserved", HELD),
            ("payment_failed", "reserved", HELD),
            ("cancelled", "released", {}),
            ("rejected", "rejected", {}),
        ]
    },
    "failure not heard of": (
        case("awaiting_payment", "reserved", **HELD, **attempt("failed", "declined")),
        "it is awaiting_payment, payment p failed; expected payment_failed",
    ),
    "paid, not committed": (case("paid", "reserved", **PAID), "is reserved; expected committed"),
    "paid, still holding": (
        case("paid", "committed", **PAID, **HELD),
        "it is paid and holds 2 of product 1, 1 of product 2; expected no stock",
    ),
    "awaiting, undecided": (case("awaiting_payment", None, **HELD), "is missing; expected reserved"),
    "old, undecided": (
        case("awaiting_payment", None, order=replace(ORDER, status="awaiting_payment", old=True), **HELD),
        "is missing; expected reserved",
    ),
    "paid, undecided": (case("paid", None, **PAID), "is missing; expected committed"),
    "awaiting, nothing held": (case("awaiting_payment", "reserved"), "holds no stock; expected 2 of product 1"),
    "a line lost": (case("payment_failed", "reserved", held=(("1", 2),)), "holds 2 of product 1; expected"),
    "another quantity": (
        case("awaiting_payment", "reserved", held=(("1", 2), ("2", 9))),
        "9 of product 2; expected",
    ),
    "held twice": (case("awaiting_payment", "reserved", held=(("1", 2), *ORDER.lines)), "2 of product 1, 2 of"),
    "cancelled, holding": (case("cancelled", "released", **HELD), "cancelled and holds 2 of product 1"),
    "cancelled, not released": (case("cancelled", "reserved"), "is reserved; expected released or rejected"),
    "rejected, holding": (case("rejected", "rejected", **HELD), "rejected and holds 2 of product 1"),
    "rejected, reserved": (case("rejected", "reserved"), "is reserved; expected rejected"),
    "pending for ever": (
        case("pending", order=replace(ORDER, status="pending", overdue=True)),
        "pending since 2030-01-01 00:00:00; expected a decision",
    ),
    "no history": (case("rejected", "rejected", history=None), "it has no history row"),
    **{
        f"history of another {name}": (
            case("rejected", "rejected", history=History(**{**TOLD, name: 7})),
            f"its history row has {name} 7; expected",
        )
        for name in ("status", "user_id", "total_cents", "currency", "reason")
    },
    "history of no order": (case("paid", order=None), "it has a history row; expected an order"),
    "payment of no order": (Case("o", **PAID), "it has payment p (succeeded); expected an order"),
    "reservation of no order": (Case("o", held=ORDER.lines), "it holds 2 of product 1, 1 of product 2; exp"),
}


@pytest.mark.parametrize("clean", CLEAN.values(), ids=CLEAN.keys())
def test_nothing_is_said_of_what_is_right_or_under_way(clean: Case) -> None:
    """Every state that the system may be in."""
    assert said(clean) == []


@pytest.mark.parametrize(("garbled", "line"), GARBLED.values(), ids=GARBLED.keys())
def test_what_disagrees_is_named(garbled: Case, line: str) -> None:
    """By one line, which begins with the order and tells what was found and what was expected."""
    lines = said(garbled)
    matching = [text for text in lines if line in text]
    assert len(matching) == 1, lines
    assert all(text.startswith("order o: ") and "; expected " in text for text in lines)


def test_a_charge_without_a_payment() -> None:
    """Only the one that nobody knows."""
    assert [str(d) for d in rules.of_charges(["a", "b"], ["b", "c"])] == [
        "charge a: the ledger has it; expected a payment with this id"
    ]


def test_a_product_that_was_oversold() -> None:
    """Zero is right, less is not."""
    assert [str(d) for d in rules.of_products([("1", 0), ("2", -1)])] == [
        "product 2: -1 available; expected 0 or more"
    ]


def test_dead_letters() -> None:
    """Only queues that have some."""
    [found] = rules.of_dead_letters([("order.stock", 3), ("order.payments", 0)])
    assert str(found) == "queue order.stock: 3 dead letters; expected none (./shop dlq show order.stock)"


def test_an_event_that_was_not_published() -> None:
    """It is named, with its outbox."""
    [found] = rules.of_outboxes([Delayed("orders", "order.paid", "e", "2030-01-01 00:00:00")])
    assert str(found).startswith("event e: order.paid waits in the outbox of orders since 2030-01-01 00:00:00")


@pytest.mark.parametrize(("status", "decision"), [("paid", "committed"), ("cancelled", "released")])
def test_an_order_that_was_charged_twice_says_so(status: str, decision: str) -> None:
    """Whatever became of it; one that was charged once does not."""
    assert any(one.charged_twice for one in rules.of_order(case(status, decision, **TWICE)))
    assert not any(one.charged_twice for one in rules.of_order(case(status, decision, **PAID)))
