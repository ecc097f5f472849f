"""What the stores hold, as plain rows: what the rules compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Lines = tuple[tuple[str, int], ...]
"""(product id, quantity), sorted."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the commands left it. placed: when, as text; overdue: it is pending for too long; old: for so
    long that the decision about its stock may be forgotten (services/product/housekeeping.py)."""

    user_id: str
    status: str
    total_cents: int
    currency: str
    reason: str | None
    lines: Lines
    placed: str
    overdue: bool
    old: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """An order as its read model tells it."""

    user_id: str
    status: str
    total_cents: int
    currency: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """An attempt to pay an order."""

    id: str
    status: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Charge:
    """What the provider's ledger says of a payment."""

    status: str
    amount_cents: int
    currency: str
    refunded: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known of one order, from every store. decision: what became of its stock."""

    order_id: str
    order: Order | None = None
    history: History | None = None
    payments: tuple[Payment, ...] = ()
    charges: Mapping[str, Charge] = field(default_factory=dict)
    decision: str | None = None
    held: Lines = ()


@dataclass(frozen=True, slots=True)
class Delayed:
    """An event that waits in an outbox for too long."""

    outbox: str
    type: str
    event_id: str
    since: str


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """One line of the result. Two looks that find the same have equal ones: nothing moved in between.

    charged_twice: the order has more than one payment that succeeded.
    """

    kind: str
    id: str
    found: str
    expected: str
    charged_twice: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.found}; expected {self.expected}"
