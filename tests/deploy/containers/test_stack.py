"""How ./shop knows an installation in containers; Docker is a script that answers as Docker does."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli.ways import choose, current
from deploy.containers.installation import InContainers
from deploy.containers.stack import VARIABLES, Containers
from deploy.containers.status import size
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from tests.deploy.containers.docker import pretend

CONFIG = {
    "services": {
        "gateway": {"ports": [{"target": 8080, "published": "8081"}, {"target": 8443, "published": "443"}]},
        "redis": {"ports": [{"target": 6379, "published": "26379"}]},
        "order-service": {},
    }
}


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An installation of its own, and nothing in the environment."""
    for name in (*VARIABLES, "COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    return Layout.at(tmp_path)


def test_an_offset_shifts_every_port_that_is_not_given(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an offset Compose and `.env` decide."""
    monkeypatch.setenv("HTTP_PORT", "8888")
    assert Containers.planned(layout).environment == {"HTTP_PORT": "8888"}
    shifted = Containers.planned(Layout.at(layout.run, 1000)).environment
    assert shifted["HTTP_PORT"] == "8888"
    assert shifted["POSTGRES_PORT"] == "26432"
    assert shifted.keys() == VARIABLES.keys()


def test_later_commands_know_what_compose_made_of_the_files(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ports of `.env` too; until it is taken down."""
    pretend(tmp_path, monkeypatch, f"echo '{json.dumps(CONFIG)}'")
    assert not isinstance(current().layout, Containers)
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "another")
    Containers.planned(layout).remember()
    monkeypatch.delenv("COMPOSE_PROJECT_NAME")

    found = current().layout
    assert isinstance(found, Containers)
    assert (found.port("gateway"), found.port("redis"), found.port("locust")) == (8081, 26379, 8089)
    assert found.environment == {"COMPOSE_PROJECT_NAME": "another"}
    found.forget()
    assert not isinstance(current().layout, Containers)


def test_a_start_that_failed_is_taken_down(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its containers are there, so later commands mean them."""
    row = {"Service": "redis", "State": "restarting", "Status": "Restarting (1)", "Health": "", "ExitCode": 1}
    asked = tmp_path / "asked"
    script = f"""echo "$*" >>{asked}
    case "$*" in
    *config*) echo '{json.dumps(CONFIG)}' ;;
    *" ps "*) echo '{json.dumps(row)}' ;;
    *" up "*) exit 1 ;;
    esac"""
    pretend(tmp_path, monkeypatch, script)
    with pytest.raises(ShopError, match="Not everything is well"):
        InContainers(Containers.planned(layout)).up(Console(quiet=True))
    found = current()
    assert isinstance(found, InContainers)
    found.down(wipe=False)
    assert "compose --profile=* down --remove-orphans" in asked.read_text()
    assert not isinstance(current(), InContainers)


def test_what_docker_says_is_told(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of it, with the command."""
    pretend(tmp_path, monkeypatch, "echo no such engine >&2; exit 3")
    with pytest.raises(ShopError, match=r"docker compose ps ended with 3:\n  no such engine"):
        Containers.planned(layout).compose("ps")


@pytest.mark.parametrize(("answers", "chosen"), [("exit 0", True), ("exit 1", False)])
def test_containers_are_chosen_where_an_engine_answers(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str, chosen: bool
) -> None:
    """But what was asked for, and what runs already, goes first."""
    pretend(tmp_path, monkeypatch, answers)
    assert isinstance(choose(layout, docker=False, native=False), InContainers) is chosen
    assert not isinstance(choose(layout, docker=False, native=True), InContainers)
    stack = Containers.planned(layout)
    assert isinstance(choose(stack, docker=False, native=False), InContainers)
    with pytest.raises(ShopError, match="already runs in containers"):
        choose(stack, docker=False, native=True)
    if not chosen:
        with pytest.raises(ShopError, match="No Docker Engine"):
            choose(layout, docker=True, native=False)


@pytest.mark.parametrize(
    ("text", "number"), [("72.4MiB ", 75916902), ("512B", 512), ("1.5GiB", 1610612736), ("0B", 0), ("--", 0)]
)
def test_sizes_are_read_as_docker_prints_them(text: str, number: int) -> None:
    """In bytes."""
    assert size(text) == number
