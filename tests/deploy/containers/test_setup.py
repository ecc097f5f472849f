"""What `.env` may give as a secret of the containers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.containers import setup


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """As it was: a process of its own sets it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("value", ["a/b", "a@b", "a'b", "a b", "a#b", "a%b"])
def test_a_password_that_would_break_a_url_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """By name, before anything is made with it."""
    monkeypatch.setenv("ORDERS_PASSWORD", value)
    with pytest.raises(SystemExit, match="ORDERS_PASSWORD"):
        setup.main(tmp_path)
    assert not (tmp_path / "all" / "orders_password").exists()


def test_one_that_comes_too_late_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start has made another; what is typed in by people may be anything."""
    monkeypatch.setattr(setup, "GROUPS", {name: tmp_path.stat().st_gid for name in setup.GROUPS})
    monkeypatch.setenv("ADMIN_PASSWORD", "it's a/secret")
    setup.main(tmp_path)
    monkeypatch.setenv("ORDERS_PASSWORD", "a/b")
    setup.main(tmp_path)
    assert (tmp_path / "user-service-seed" / "admin_password").read_text().strip() == "it's a/secret"
    assert "a/b" not in (tmp_path / "order-service" / "database_url").read_text()


def test_a_file_keeps_its_time_until_it_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a later start knows whose configuration is a new one."""
    monkeypatch.setattr(setup, "GROUPS", {name: tmp_path.stat().st_gid for name in setup.GROUPS})
    setup.main(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for path in files:
        os.utime(path, (1, 1))
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "https://alerts.example/hook")
    setup.main(tmp_path)
    assert [path.name for path in files if path.stat().st_mtime != 1] == ["alertmanager.yml"]
