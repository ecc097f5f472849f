"""`./shop reconcile` with the platform: silent when all is well and when it is busy; names what is spoilt."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database
from rich.console import Console

from deploy.cli import reconcile, ways
from deploy.installation.layout import Layout
from tests.deploy.operations.conftest import Sql
from tests.deploy.operations.shopping import place_mixed, shoppers
from tests.deploy.operations.spoiling import SPOILS, Spoil, Stores
from tests.platform.client import Admin, Customer

SHOPPERS = 4


def run(platform: Layout, capsys: pytest.CaptureFixture[str], *, settle: float = 10.0) -> tuple[int, list[str]]:
    """(exit code, the lines but for the last, which only counts)."""
    capsys.readouterr()
    code = reconcile.run(ways.of(platform), Console(quiet=True), settle=settle)
    lines = capsys.readouterr().out.splitlines()
    return code, lines[:-1]


@pytest.fixture(scope="module")
def mixed(platform: Layout) -> Iterator[tuple[dict[str, str], str]]:
    """Orders of every ending, and their product."""
    with Admin(platform) as admin, Customer(platform) as customer:
        admin.sign_in()
        customer.sign_up()
        product = admin.add_product(stock=50)
        yield place_mixed(customer, product), product


@pytest.fixture
def stores(
    platform: Layout,
    mixed: tuple[dict[str, str], str],
    sql: Sql,
    ledger: sqlite3.Connection,
    documents: Database[dict[str, Any]],
) -> Stores:
    """All of them."""
    orders, product = mixed
    return Stores(platform, sql, ledger, documents, orders, product)


def test_a_mixed_run_leaves_no_disagreement(
    platform: Layout, mixed: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever became of the orders, and whatever other tests did before."""
    assert run(platform, capsys) == (0, [])


@pytest.mark.parametrize(("spoil", "about", "told"), SPOILS.values(), ids=SPOILS.keys())
def test_a_spoilt_row_is_named(
    platform: Layout, stores: Stores, capsys: pytest.CaptureFixture[str], spoil: Spoil, about: str, told: str
) -> None:
    """It, what was found and what was expected; nothing else is, and nothing at all when it is mended."""
    subjects = [f"{name}: " for name in about.format(product=stores.product, **stores.orders).split(", ")]
    with spoil(stores):
        code, lines = run(platform, capsys, settle=0)
    assert code == 1
    assert [line for line in lines if line.startswith(subjects[0]) and told in line], lines
    assert [line for line in lines if not line.startswith(tuple(subjects))] == []
    assert run(platform, capsys) == (0, [])


def test_what_is_spoilt_stays_so_at_a_second_look(
    platform: Layout, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    """Many rows of all stores at once: only the suspects are compared again, and each is still told."""
    names = ["a history row", "a charge's amount", "a charge of nobody's", "what is available", "a dead letter"]
    with ExitStack() as spoilt:
        for name in names:
            spoilt.enter_context(SPOILS[name][0](stores))
        at_first = run(platform, capsys, settle=0)
        assert len(at_first[1]) == len(names)
        assert run(platform, capsys, settle=1) == at_first
    assert run(platform, capsys) == (0, [])


def test_a_busy_platform_is_clean(platform: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Orders that are placed, paid, declined, cancelled and refunded meanwhile are no disagreement."""
    with shoppers(platform, SHOPPERS) as placed:
        results = [run(platform, capsys) for _ in range(3)]
    assert results == [(0, [])] * 3
    assert len(placed) >= SHOPPERS
    assert run(platform, capsys) == (0, [])


def test_a_store_that_does_not_answer_is_another_exit_code(
    platform: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """3, and the store by its name: nothing is said about what it holds."""
    elsewhere = replace(platform, offset=platform.offset + 7)
    assert reconcile.run(ways.of(elsewhere), Console(quiet=True), settle=1) == 3
    assert "PostgreSQL orders could not be asked" in capsys.readouterr().err
