"""The whole platform, once a session, as `./shop up` starts it: isolated, on its own ports, removed at the end."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from deploy.containers import up as containers
from deploy.containers.stack import VARIABLES, Containers
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.installation.services import BEHIND_GATEWAY, SERVICES, instances
from deploy.native.down import down
from deploy.native.up import up
from tests.platform.client import Admin, Customer
from tests.platform.messages import Recorder
from tests.platform.names import log_faults, span_faults
from tests.platform.ports import free_offset

_SERVICES = tuple(service.name for service in SERVICES)
OURS = (*_SERVICES, "jaeger", "gateway.log", "console")
OURS_IN_CONTAINERS = (*_SERVICES, "gateway-1.log")


_up_at: dict[int, datetime] = {}  # by the offset of its ports


@pytest.fixture(scope="session")
def platform() -> Iterator[Layout]:
    """A running platform. At the end, all that our processes logged and traced must be in the registry.

    `./shop test --docker` has it in containers.
    """
    with tempfile.TemporaryDirectory(prefix="glasshouse-e2e-") as name:
        run = Path(name)
        run.chmod(0o755)
        layout = Layout.at(run / "run", free_offset())
        yield from in_containers(layout) if "SHOP_TEST_DOCKER" in os.environ else natively(layout)


def natively(layout: Layout) -> Iterator[Layout]:
    """As processes of this machine."""
    try:
        up(layout)
        _up_at[layout.offset] = datetime.now(UTC)
        yield layout
    finally:
        down(layout)
    faults = [*log_faults(log_files(layout)), *span_faults(layout)]
    assert not faults, "\n".join(faults)
    down(layout, wipe=True)


def in_containers(layout: Layout) -> Iterator[Layout]:
    """In containers of their own, with two replicas of each service, which can be asked one by one."""
    files = os.environ.get("COMPOSE_FILE", "docker-compose.yml")
    replicated = [service for service in BEHIND_GATEWAY if len(instances(service)) > 1]
    planned = Containers.planned(
        layout,
        COMPOSE_PROJECT_NAME=f"glasshouse-test-{layout.offset}",
        COMPOSE_FILE=f"{files}:tests/deploy/containers/replicas.yml",
        HTTP_ADDRESS="127.0.0.1",
        TRUSTED_PROXIES="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",  # Docker's networks
        **{variable: str(layout.port(name)) for variable, name in VARIABLES.items()},
        **{
            f"{service.partition('-')[0].upper()}_PORTS": "-".join(str(layout.port(i)) for i in instances(service))
            for service in replicated
        },
    )
    try:
        stack = containers.up(planned, Console(), replicas=dict.fromkeys(replicated, 2))
        yield stack
        stack.gather_logs()
        faults = log_faults(log_files(stack, OURS_IN_CONTAINERS))
        assert not faults, "\n".join(faults)
    finally:
        containers.down(planned, wipe=True)


def log_files(layout: Layout, ours: tuple[str, ...] = OURS) -> list[Path]:
    """What our processes have written on stdout, from their start on."""
    files = [path for path in layout.logs.iterdir() if path.name.startswith(ours) and ".err." not in path.name]
    assert len(files) >= len(ours)
    return files


@pytest.fixture(scope="session")
def up_at(platform: Layout) -> datetime:
    """When the platform had started, and no test had done anything to it."""
    if platform.offset not in _up_at:
        pytest.skip("containers' logs are gathered at the end only")
    return _up_at[platform.offset]


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
    url = StoreUrls(platform).postgres("orders")

    async def age(order_id: str) -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(
            "UPDATE orders SET created_at = now() - interval '1 hour' WHERE id = $1", order_id
        )
        await connection.close()

    return lambda order_id: asyncio.run(age(order_id))
