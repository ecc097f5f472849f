"""services.shared.events.held"""

from services.shared.events.broker import NoConsumerError
from services.shared.events.hold_reasons import Reasons


def test_each_reason_is_told_once_for_as_long_as_it_lasts() -> None:
    """Several at once are told apart; one that has ended and comes again is news."""
    reasons = Reasons()
    away, early = OSError("away"), NoConsumerError("no queue")
    assert reasons.news([away, early, OSError("away")]) == [(repr(away), False), (repr(early), True)]
    assert reasons.news([early, away]) == []
    assert reasons.news([early]) == []
    assert reasons.news([early, away]) == [(repr(away), False)]
    assert reasons.news([]) == []
    assert reasons.news([early]) == [(repr(early), True)]
