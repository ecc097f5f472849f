"""Visitors with the machine's own Chromium. What a visitor noticed and must not happen fails the test."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from deploy.installation.layout import Layout
from tests.platform.chromium import headless_chromium
from tests.platform.client import Client
from tests.platform.door import Door, Page, Way
from tests.platform.visitor import Visitor
from tests.waiting import LIMIT

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. For one module only: while it is there, this thread cannot run an event loop."""
    expect.set_options(timeout=LIMIT * 1000)
    with headless_chromium() as browser:
        yield browser


@pytest.fixture
def visit(platform: Layout, chromium: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Lets somebody visit the shop: `visit()`, `visit(customer)`, `visit(viewport=...)`."""
    visitors: list[Visitor] = []
    with ExitStack() as doors:

        def come(client: Client | None = None, *, way: Way | None = None, **options: Any) -> Visitor:
            way = way or doors.enter_context(Door(platform))
            visitors.append(Visitor(chromium, way, client, **options))
            return visitors[-1]

        yield come
        for number, visitor in enumerate(visitors):
            if request.node.stash.get(_FAILED, False) or visitor.faults:
                visitor.picture(tmp_path, f"visitor-{number}")
            visitor.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert not faults, "\n".join([*faults, f"pictures are in {tmp_path}"])


@pytest.fixture
def watch(platform: Layout, visit: Visit) -> Visit:
    """Lets somebody look at the console: `watch()`, `watch(viewport=...)`."""
    return partial(visit, way=Page(f"http://localhost:{platform.port('grafana')}"))


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the fixtures whether the test failed."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report
