"""When a call back is made again, and when no more, as plain functions."""

from services.shared.backoff import doubled

__all__ = ["is_given_up", "seconds_to_call_again"]

_LONGEST = 30.0  # seconds between two tries
_GIVE_UP = 24 * 3600.0  # seconds after which nobody is called any more


def seconds_to_call_again(attempts: int, first: float) -> float:
    """How long to wait before the next try, when there were so many before the one that has just failed."""
    return doubled(first, attempts, _LONGEST)


def is_given_up(created_at: float, now: float) -> bool:
    """Whether a call was tried for as long as it may be. Both times are seconds since 1970."""
    return now - created_at > _GIVE_UP
