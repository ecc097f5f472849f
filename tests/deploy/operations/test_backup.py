"""`./shop backup` and `./shop restore` with the platform: taken under load, really restored, and all agrees."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pymongo
import pytest
from rich.console import Console

from deploy.cli import reconcile, ways
from deploy.installation.addresses import StoreUrls
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.down import down
from deploy.native.up import up
from deploy.operations.backup import archive
from deploy.operations.backup.archive import Manifest
from deploy.operations.backup.put_back import put_back
from deploy.operations.backup.reach import Reach
from deploy.operations.backup.take import take
from tests.deploy.operations.shopping import shoppers
from tests.platform.client import Admin, Customer
from tests.platform.ports import free_offset
from tests.waiting import wait_for

SHOPPERS = 4
LEAD = 2.0  # seconds; no delivery of these tests takes longer


class Watched:
    """Reaches the platform; in the middle of the cut, when writes are held, something happens."""

    def __init__(self, layout: Layout, meanwhile: Callable[[], object]) -> None:
        self._reach = ways.of(layout).reach()
        self._meanwhile = meanwhile

    def copy_ledger(self, target: Path) -> None:
        self._meanwhile()
        self._reach.copy_ledger(target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reach, name)


@dataclass
class Taken:
    """A backup; and in the middle of its cut, which orders were acknowledged, and what the gateway answered."""

    file: Path
    manifest: Manifest
    acknowledged: list[str]
    read: httpx.Response
    written: httpx.Response


def fail() -> None:
    """As a disk does."""
    raise OSError("no room on the disk")


def available(layout: Layout, product: str) -> int:
    """What there is of a product, past the gateway, which holds writes, and the cache."""
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient(StoreUrls(layout).mongo) as client:
        found = client.get_default_database()["products"].find_one({"_id": product})
    assert found
    return int(found["available"])


def settled(layout: Layout) -> bool:
    """Whether all stores agree."""
    return reconcile.run(ways.of(layout), Console(quiet=True), settle=10) == 0


def writes_pass(layout: Layout) -> bool:
    """Whether the gateway lets a write through."""
    return httpx.post(f"{layout.url('gateway')}/api/orders", json={}).status_code == 401


@pytest.fixture(scope="module")
def taken(platform: Layout, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """A backup that was taken while customers were shopping."""
    target = tmp_path_factory.mktemp("backup") / "busy.backup"
    gateway = platform.url("gateway")
    seen: list[tuple[list[str], httpx.Response, httpx.Response]] = []
    with shoppers(platform, SHOPPERS) as placed:
        wait_for("orders", lambda: len(placed) >= SHOPPERS)

        def look() -> None:
            read, written = httpx.get(f"{gateway}/api/products"), httpx.post(f"{gateway}/api/users/login", json={})
            seen.append((list(placed), read, written))

        manifest = take(cast(Reach, Watched(platform, look)), target, lead_seconds=LEAD)
    return Taken(target, manifest, *seen[-1])


def test_writes_wait_and_reads_do_not(platform: Layout, taken: Taken) -> None:
    """While the cut is made, a write is told when to come again; afterwards all is as before."""
    assert taken.read.status_code == 200
    assert (taken.written.status_code, taken.written.headers["Retry-After"]) == (503, "2")
    assert 0 < taken.manifest.pause_seconds < 60
    assert writes_pass(platform)


def test_what_is_written_can_be_trusted(taken: Taken) -> None:
    """The file is what its manifest says, and holds at least what was acknowledged before the cut."""
    assert archive.verify(taken.file) == taken.manifest
    counts = taken.manifest.counts
    assert counts["orders"] >= len(taken.acknowledged) > 0
    assert counts["payments"] >= counts["charges"] > 0


def test_a_failure_in_the_cut_leaves_no_file_and_no_pause(platform: Layout, tmp_path: Path) -> None:
    """Whatever goes wrong."""
    with pytest.raises(OSError, match="no room"):
        take(cast(Reach, Watched(platform, fail)), tmp_path / "a.backup", lead_seconds=0)
    assert list(tmp_path.iterdir()) == []
    assert writes_pass(platform)


def test_what_is_not_empty_is_not_replaced_unasked(platform: Layout, taken: Taken) -> None:
    """Nor touched, nor stopped; and neither by a file that is not whole."""
    with pytest.raises(ShopError, match=r"not empty: it holds \d+ users, \d+ orders, \d+ payments"):
        put_back(ways.of(platform).reach(), taken.file, replace=False)
    damaged = taken.file.with_name("damaged.backup")
    damaged.write_bytes(taken.file.read_bytes()[:-20_000])
    with pytest.raises(ShopError, match=r"not a complete backup|damaged"):
        put_back(ways.of(platform).reach(), damaged, replace=True)
    assert writes_pass(platform)


def test_a_restore_brings_back_that_moment(
    platform: Layout, age_order: Callable[[str], None], tmp_path: Path
) -> None:
    """What came later is gone, what was there is back: the customer logs in, pays what waited, all agrees.

    In the middle of the cut, when products and payments were copied and orders were not, an order expired and a
    payment succeeded: their events are in no store's copy.
    """
    target = tmp_path / "before.backup"
    with Admin(platform) as admin, Customer(platform) as customer:
        admin.sign_in()
        customer.sign_up()
        product = admin.add_product(stock=10)
        waiting, slow, old = (customer.reserved_order(product, quantity) for quantity in (1, 2, 4))

        def meanwhile() -> None:
            age_order(old)
            customer.until(old, "cancelled")
            customer.until(slow, "paid")
            wait_for("the stock", lambda: available(platform, product), lambda left: left == 10 - 1 - 2)

        customer.pay(slow, "slow")
        manifest = take(cast(Reach, Watched(platform, meanwhile)), target, lead_seconds=0)
        lost = customer.reserved_order(product, 3)
        assert put_back(ways.of(platform).reach(), target, replace=True) == manifest
        assert customer.http.get(f"/api/orders/{lost}").status_code == 404
        assert settled(platform)
        states = [customer.order_view(order)["status"] for order in (waiting, slow, old)]
        assert states == ["awaiting_payment", "paid", "cancelled"]
        assert customer.payment(slow)["status"] == "succeeded"
        assert admin.stock_now(product) == 10 - 1 - 2
        customer.sign_in()
        assert customer.pay(waiting).status_code == 202
        customer.until(waiting, "paid")


@pytest.fixture
def elsewhere() -> Iterator[Layout]:
    """A new installation."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-restored-") as name:
        run = Path(name)
        run.chmod(0o755)
        layout = Layout.at(run / "run", free_offset())
        try:
            up(layout)
            yield layout
        finally:
            down(layout, wipe=True)


@pytest.mark.full
@pytest.mark.native
def test_a_backup_under_load_becomes_a_new_installation(elsewhere: Layout, taken: Taken) -> None:
    """An empty one takes it: every acknowledged order is there, all stores agree, and it sells."""
    assert put_back(ways.of(elsewhere).reach(), taken.file, replace=False) == taken.manifest
    assert settled(elsewhere)
    with Admin(elsewhere) as admin:
        admin.sign_in()  # with the password of the other one
        for order in taken.acknowledged:
            assert admin.http.get(f"/api/orders/{order}").status_code == 200
        with Customer(elsewhere) as customer:
            customer.sign_up()
            order = customer.reserved_order(admin.add_product(stock=1))
            customer.pay(order)
            customer.until(order, "paid")
    assert settled(elsewhere)


@pytest.mark.full
def test_the_pause_of_a_killed_backup_ends_by_itself(platform: Layout, tmp_path: Path) -> None:
    """Within half a minute, without anybody's doing; the file is not there."""
    program = (
        "import signal, sys; from pathlib import Path; from deploy.cli import ways\n"
        "from deploy.containers.stack import Containers; from deploy.installation.layout import Layout\n"
        "from deploy.operations.backup.take import take\n"
        "layout = Layout.at(Path(sys.argv[1]), int(sys.argv[2]))\n"
        "there = ways.of(Containers.remembered(layout) or layout).reach()\n"
        "there.copy_ledger = lambda _: (print('held', flush=True), signal.pause())\n"
        "take(there, Path(sys.argv[3]), lead_seconds=0)\n"
    )
    target = tmp_path / "a.backup"
    arguments = [sys.executable, "-c", program, str(platform.run), str(platform.offset), str(target)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as backup:
        assert backup.stdout is not None
        assert backup.stdout.readline() == "held\n"
        assert not writes_pass(platform)
        backup.send_signal(signal.SIGKILL)
        began = time.monotonic()
    wait_for("the end of the pause", lambda: writes_pass(platform), limit=35)
    assert time.monotonic() - began > 5
    assert not target.exists()
