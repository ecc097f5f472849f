"""The page about growth names everything that can grow in a database or at the broker."""

from deploy.installation.queue_limits import policies
from services.order import models as orders
from services.payment import models as payments
from services.provider import models as provider
from services.shared import idempotency
from services.shared.events import inbox, outbox, topology
from services.user import models as users
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs/growth.md").read_text(encoding="utf-8")


def test_every_table_has_its_end_or_says_that_it_has_none() -> None:
    """A new table needs a line."""
    known = (users.Base.metadata, orders.Base.metadata, payments.Base.metadata, provider.charges.metadata)
    shared = (outbox.metadata, inbox.metadata, idempotency.metadata)
    tables = {name for metadata in (*known, *shared) for name in metadata.tables}
    assert {name for name in tables if f"`{name}`" not in PAGE} == set()


def test_the_limits_of_queues_are_those_of_the_broker() -> None:
    """Each policy with its number of messages and its size."""
    for policy in policies("shop"):
        limits = policy["definition"]
        assert isinstance(limits, dict)
        [line] = [line for line in PAGE.splitlines() if line.startswith(f"| `{policy['name']}` |")]
        assert f"{limits['max-length']:,}" in line
        assert f"| {limits['max-length-bytes'] // 2**20} MB |" in line
    assert f"`{topology.TAP}`" in PAGE


def test_every_cache_of_a_function_has_a_size() -> None:
    """One without grows with what comes from outside."""
    sources = [
        path for folder in ("observability", "services", "jaeger") for path in (ROOT / folder).rglob("*.py")
    ]
    code = {path.name: path.read_text(encoding="utf-8") for path in sources}
    assert [name for name, text in code.items() if "maxsize=None" in text or "@lru_cache\n" in text] == []
    unbounded = [name for name, text in code.items() if "functools.cache\n" in text or "@cache\n" in text]
    assert unbounded == ["countries.py"]  # of two capital letters there are few
