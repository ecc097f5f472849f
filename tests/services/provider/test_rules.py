"""When calls back are made again, without a ledger."""

from services.provider.rules import is_given_up, seconds_to_call_again


def test_waits_between_calls() -> None:
    """They double, up to half a minute."""
    assert [seconds_to_call_again(attempts, 0.5) for attempts in (0, 1, 2, 5, 6, 99)] == [0.5, 1, 2, 16, 30, 30]


def test_calls_end_after_a_day() -> None:
    """And not earlier."""
    assert not is_given_up(1_000.0, 1_000.0 + 24 * 3600)
    assert is_given_up(1_000.0, 1_000.1 + 24 * 3600)
