"""What a store has acknowledged is on the disk, however the platform runs: a killed process does not show that."""

import asyncio
import re
from pathlib import Path

import asyncpg
import pytest

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.secrets import ensure
from deploy.native import mongo

_ON = ("fsync", "full_page_writes", "synchronous_commit")
# As an option of the program, in a file of configuration, or in one of ours.
_SETS = re.compile(rf"(?<!append)({'|'.join(_ON)})[\"']?\s*[=:]")


@pytest.mark.parametrize("database", ["users", "orders", "payments"])
def test_postgresql_waits_for_the_disk(platform: Layout, database: str) -> None:
    """For the role of each service."""

    async def shown() -> dict[str, str]:
        connection = await asyncpg.connect(StoreUrls(platform).postgres(database).replace("+asyncpg", ""))
        try:
            return {name: await connection.fetchval(f"SHOW {name}") for name in _ON}
        finally:
            await connection.close()

    assert asyncio.run(shown()) == dict.fromkeys(_ON, "on")


def test_nothing_tells_postgresql_otherwise() -> None:
    """No way of running it sets what is on by itself."""
    files = [*CHECKOUT.glob("docker-compose*.yml"), *(CHECKOUT / "deploy").rglob("*")]
    texts = {file: file.read_text() for file in files if file.suffix in {".py", ".yml", ".yaml", ".toml", ".conf"}}
    assert CHECKOUT / "docker-compose.yml" in texts
    assert not [str(file) for file, text in texts.items() if _SETS.search(text)]


def test_the_stand_in_for_mongodb_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB itself does when it is asked to, which its client does."""
    monkeypatch.setattr(mongo, "SEARCH_PATH", str(tmp_path))  # as where there is no MongoDB
    layout = Layout.at(tmp_path / "run", 0)
    assert "--sync-on-commit" in mongo.program(layout, ensure(layout.secrets)).command
