"""A restore that ends too early leaves an installation that does not start by mistake."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from rich.console import Console

from deploy.cli import up, ways
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.reach import NativeReach
from deploy.operations.backup import put_back, take
from tests.deploy.operations.backup.test_archive import write


class Idle(NativeReach):
    """Stores and services that need not be started or stopped."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        yield

    def start_stores(self) -> None: ...

    def stop_services(self) -> None: ...

    def start(self) -> None: ...


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An installation without stores to be asked."""
    monkeypatch.setattr(put_back, "_check", AsyncMock())
    layout = Layout.at(tmp_path / "run")
    layout.make_directories()
    return layout


def restore(layout: Layout, monkeypatch: pytest.MonkeyPatch, load: Any) -> None:
    """With a `load` of its own."""
    backup = layout.run.parent / "a.backup"
    write(backup)
    monkeypatch.setattr(put_back, "_load", load)
    put_back.put_back(Idle(layout), backup, replace=True)


def test_what_is_half_restored_is_of_no_use(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ended it: it is not started, and no backup is made of it."""
    with pytest.raises(ShopError, match="too early: KeyboardInterrupt"):
        restore(layout, monkeypatch, Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(ShopError, match="interrupted"):
        up.run(ways.of(layout), Console(quiet=True), docker=False, native=True, buy=False)
    with pytest.raises(ShopError, match="interrupted"):
        take.take(Idle(layout), layout.run.parent / "b.backup")


def test_what_is_restored_may_be_started(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing left to be told by; while data is replaced there was."""
    restore(layout, monkeypatch, lambda *_: layout.unfinished_restore.stat())
    assert not layout.unfinished_restore.exists()


async def test_a_database_that_this_version_has_not_is_refused(tmp_path: Path) -> None:
    """A backup of a version with one service more is not put in, since its data would be lost."""
    manifest = write(tmp_path / "a.backup")
    newer = dataclasses.replace(manifest, revisions={**manifest.revisions, "toys": "0001"})
    with pytest.raises(ShopError, match="database toys has the migration 0001, which this version does not know"):
        await put_back._check(Idle(Layout.at(tmp_path / "run")), newer)
