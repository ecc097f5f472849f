"""What ./shop makes of a Docker that is ill; Docker is a script."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli.ways import choose
from deploy.containers import stack, up
from deploy.containers.installation import InContainers
from deploy.containers.stack import Containers, engine_answers
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from tests.deploy.containers.docker import pretend

DONE = {"Service": "secrets", "State": "exited", "ExitCode": 0, "Health": "", "Status": "Exited (0)"}
WELL = {"Service": "redis", "State": "running", "ExitCode": 0, "Health": "healthy", "Status": "Up 2 seconds"}
LOAD = {"Service": "locust", "State": "exited", "ExitCode": 1, "Health": "", "Status": "Exited (1)"}
ILL = {"Service": "mongo", "State": "running", "ExitCode": 0, "Health": "unhealthy", "Status": "Up (unhealthy)"}


def place(folder: Path) -> Layout:
    """An installation whose data lie there, also for root, whom pytest gives a closed folder."""
    (folder / "run" / "data").mkdir(parents=True)
    return Layout.at(folder / "run")


def test_an_engine_that_hangs_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`./shop up` then runs without it."""
    pretend(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(stack, "_ENGINE_SECONDS", 0.2)
    assert not engine_answers()


def test_data_of_the_native_run_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go on natively although Docker answers; containers in their place would replace their secrets."""
    pretend(tmp_path, monkeypatch, "exit 0")
    layout = place(tmp_path)
    layout.make_directories()
    assert isinstance(choose(layout, docker=False, native=False), InContainers)
    layout.postgres.mkdir()
    assert not isinstance(choose(layout, docker=False, native=False), InContainers)
    with pytest.raises(ShopError, match="data of the native run"):
        choose(layout, docker=True, native=False)
    assert isinstance(choose(Containers.planned(layout), docker=False, native=False), InContainers)


def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *rows: dict[str, object]) -> Containers:
    """One whose `up` fails, with these containers."""
    told = "\n".join(map(json.dumps, rows))
    config: dict[str, dict[str, dict[str, str]]] = {"services": {"secrets": {}, "redis": {}, "mongo": {}}}
    answers = f"up) exit 1;; ps) echo '{told}';; config) echo '{json.dumps(config)}';;"
    monkeypatch.setattr(up, "outdated", lambda stack: [])
    pretend(tmp_path, monkeypatch, f'case "$2" in {answers} esac')
    layout = place(tmp_path)
    layout.make_directories()
    return Containers.planned(layout)


def test_a_start_is_judged_by_the_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose fails where a step has ended, as it should; and a load that ended with failures is no part of it."""
    up.start(installation(tmp_path, monkeypatch, DONE, WELL, LOAD), {})


def test_a_container_that_is_ill_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what Compose says of it."""
    with pytest.raises(ShopError, match=r"mongo: Up \(unhealthy\)"):
        up.start(installation(tmp_path, monkeypatch, DONE, WELL, ILL), {})


def test_everything_goes_down_with_what_a_profile_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose alone would leave Locust there, and a volume that it uses."""
    asked = tmp_path / "asked"
    pretend(tmp_path, monkeypatch, f'echo "$@" >>"{asked}"')
    up.down(Containers.planned(place(tmp_path)))
    assert asked.read_text() == "compose --profile=* down --remove-orphans\n"


def test_a_volume_that_is_left_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose says that a volume is in use, and ends well."""
    config = {
        "volumes": {"secrets": {"name": "glasshouse_secrets"}, "redis-data": {"name": "glasshouse_redis-data"}}
    }
    answers = f"*config*) echo '{json.dumps(config)}';; volume*) echo glasshouse_secrets; echo another;;"
    pretend(tmp_path, monkeypatch, f'case "$*" in {answers} esac')
    stack = Containers.planned(place(tmp_path))
    with pytest.raises(ShopError, match=r"deleted: glasshouse_secrets\."):
        up.down(stack, wipe=True)
    assert stack.run.is_dir()
    up.down(stack)


@pytest.mark.parametrize(("port", "refused"), [(6000, True), (10080, True), (8080, False)])
def test_a_page_on_a_port_that_browsers_refuse_is_told_before_the_build(
    port: int, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it was given: Compose says what it comes to."""
    services = {"services": {"gateway": {"ports": [{"target": 8080, "published": str(port)}]}}}
    answers = f"config) echo '{json.dumps(services)}';; build) exit 1;;"
    pretend(tmp_path, monkeypatch, f'case "$2" in {answers} esac')
    stack = Containers.planned(place(tmp_path))
    with pytest.raises(ShopError, match=f"HTTP_PORT={port}" if refused else "build"):
        up.up(stack, Console(quiet=True))
