"""Limits and waits of payments, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from services.payment.rules import (
    has_attempts_left,
    is_card_stale,
    is_charge_lost,
    next_step,
    seconds_to_ask,
    seconds_to_retry,
)
from services.payment.states import Status

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_attempts() -> None:
    """As many as are allowed, and no more."""
    assert [has_attempts_left(payments, 3) for payments in (0, 2, 3, 4)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("status", "has_card", "step"),
    [
        (Status.PROCESSING, True, "charge"),
        (Status.PROCESSING, False, "ask"),
        (Status.REFUNDING, False, "refund"),
        (Status.REFUNDING, True, "refund"),
    ],
)
def test_next_step(status: Status, has_card: bool, step: str) -> None:
    """A card that is kept still has to be charged; a refund comes before everything."""
    assert next_step(status, has_card=has_card) == step


def test_a_card_is_kept_for_a_day() -> None:
    """And not longer."""
    assert not is_card_stale(NOW - timedelta(hours=24), NOW)
    assert is_card_stale(NOW - timedelta(hours=24, seconds=1), NOW)


def test_a_charge_may_be_on_its_way_for_minutes() -> None:
    """What the provider does not know by then was never sent, or is lost."""
    assert not is_charge_lost(NOW - timedelta(minutes=2), NOW)
    assert is_charge_lost(NOW - timedelta(minutes=2, seconds=1), NOW)


def test_waits_double_up_to_a_limit() -> None:
    """However many attempts there were."""
    assert [seconds_to_retry(attempts, 0.5) for attempts in (0, 1, 2, 3, 4, 10_000)] == [0.5, 1, 2, 4, 5, 5]
    assert [seconds_to_ask(attempts, 3.0) for attempts in (0, 1, 2, 3, 4, 10_000)] == [6, 12, 24, 48, 60, 60]
