"""Numbers of different files that must fit together: who changes one of them finds out here."""

import inspect
import re
from datetime import timedelta
from pathlib import Path

from deploy.operations.backup import take
from observability.retry import Retry
from services.payment import settle
from services.shared import admission, database, standby
from services.shared.events import consumer
from services.shared.events.topology import KEPT_HOURS, RETRY_DELAYS_MS
from services.shared.peer import Peer

ROOT = Path(__file__).parents[1]


def _default(function: object, name: str) -> float:
    """The default of an argument of a function."""
    assert callable(function)
    return float(inspect.signature(function).parameters[name].default)


def test_a_backup_records_before_the_oldest_delivery_began() -> None:
    """Else an event could be in no store yet, and in no queue any more."""
    assert take.LEAD_SECONDS >= consumer._HANDLE + consumer._ANSWER


def test_a_message_is_given_up_before_its_event_is_forgotten() -> None:
    """So that what was lost with a queue can be published again as long as somebody would wait for it."""
    assert consumer._LONGEST + max(RETRY_DELAYS_MS) / 1000 < KEPT_HOURS * 3600


def test_a_service_answers_before_the_gateway_gives_up() -> None:
    """Whoever waits, for a place or for news of an order, has an answer after one more statement."""
    template = (ROOT / "gateway" / "proxy.conf.template").read_text()
    patience = re.findall(r"^proxy_read_timeout (\d+)s;", template, re.MULTILINE)
    assert len(patience) == 1
    for waits in (admission._PATIENCE, standby.LONGEST):
        assert waits + database._STATEMENT < float(patience[0])


def test_a_payment_is_nobody_elses_until_its_provider_was_asked() -> None:
    """All attempts of a call fit into the time for which a replica has claimed the payment."""
    attempts, seconds = _default(Retry.__init__, "attempts"), _default(Peer.__init__, "timeout")
    back_off = _default(Retry.__init__, "cap") * (attempts - 1)
    assert timedelta(seconds=attempts * seconds + back_off) < settle._LEASE
