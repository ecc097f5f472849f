"""The whole platform, once a session, as `./shop up` starts it: isolated, on its own ports, removed at the end."""

import asyncio
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.native import postgres, secrets
from deploy.native.down import down
from deploy.native.layout import PORTS, Layout
from deploy.native.ports import is_free
from deploy.native.up import up
from docs.telemetry.logs import CONTEXT
from tests.platform.catalogue import Catalogue
from tests.platform.client import Admin, Customer
from tests.platform.messages import Recorder

OURS = (
    "user-service",
    "product-service",
    "order-service",
    "payment-service",
    "payment-provider",
    "jaeger",
    "gateway.log",
    "grafana",
)


@pytest.fixture(scope="session")
def platform() -> Iterator[Layout]:
    """A running platform. At the end, all that our processes logged and traced must be in docs/telemetry.md."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-e2e-") as name:
        run = Path(name)
        run.chmod(0o755)
        layout = Layout.at(run / "run", _free_offset(run))
        try:
            up(layout)
            yield layout
        finally:
            down(layout)
        assert_logs_are_catalogued(layout)
        assert not set(Catalogue().faults(layout.data / "tracebox" / "traces.sqlite"))
        down(layout, wipe=True)


def _free_offset(run: Path) -> int:
    while True:  # below the range of ephemeral ports, so that no client takes one meanwhile
        offset = random.randrange(1000, 5000)
        if all(is_free(Layout.at(run, offset).port(name)) for name in PORTS):
            return offset


def assert_logs_are_catalogued(layout: Layout) -> None:
    """Every line on stdout of every process of ours, from its start to its end, is JSON and on the page."""
    catalogue = Catalogue()
    files = [path for path in layout.logs.iterdir() if path.name.startswith(OURS) and ".err." not in path.name]
    assert len(files) >= len(OURS)
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            place = f"{path.name}:{number}: {line[:300]}"
            try:
                record = json.loads(line)
            except ValueError:
                pytest.fail(f"not JSON: {place}")
            assert record.keys() >= CONTEXT, place
            assert not catalogue.fault(record), f"{catalogue.fault(record)}: {place}"


@pytest.fixture
def customer(platform: Layout) -> Iterator[Customer]:
    """A newly registered customer with an address of their own."""
    with Customer(platform) as customer:
        customer.sign_up()
        yield customer


@pytest.fixture
def admin(platform: Layout) -> Iterator[Admin]:
    """The seeded admin."""
    with Admin(platform) as admin:
        admin.sign_in()
        yield admin


@pytest.fixture
def messages(platform: Layout) -> Iterator[Recorder]:
    """Every event that is published while the test runs."""
    with Recorder(platform) as recorder:
        yield recorder


@pytest.fixture(scope="session")
def age_order(platform: Layout) -> Callable[[str], None]:
    """Makes an order look an hour old to the order database, so that it expires without waiting."""
    url = postgres.database_url(platform, "orders", secrets.ensure(platform.secrets).orders_password)

    async def age(order_id: str) -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(
            "UPDATE orders SET created_at = now() - interval '1 hour' WHERE id = $1", order_id
        )
        await connection.close()

    return lambda order_id: asyncio.run(age(order_id))
