"""Which containers are made anew because a file that they read has changed; Docker is a script."""

import json
import os
import tarfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from deploy.containers import up
from deploy.containers.outdated import outdated
from deploy.containers.stack import Containers
from deploy.installation.layout import Layout
from tests.deploy.containers.docker import pretend

NAMES = ("prometheus", "alertmanager", "postgres", "redis")


def begin(folder: Path, at: float) -> None:
    """All containers began then."""
    started = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f789Z")
    details = [
        {"State": {"StartedAt": started}, "Config": {"Labels": {"com.docker.compose.service": name}}}
        for name in NAMES
    ]
    (folder / "inspect").write_text(json.dumps(details))


def stack(folder: Path, monkeypatch: pytest.MonkeyPatch, secret: str = "") -> Containers:
    """Containers of which Prometheus mounts `rules`. secret: whose was written an hour from now."""
    (folder / "rules").mkdir()
    (folder / "rules" / "shop.yml").write_text("groups: []")
    (folder / "rules" / "__pycache__").mkdir()
    mounts = [
        {"type": "bind", "source": str(folder / "rules"), "target": "/etc/prometheus"},
        {"type": "volume", "source": "secrets", "target": "/run/secrets"},
    ]
    services = {name: {"volumes": mounts if name == "prometheus" else mounts[1:]} for name in NAMES}
    rows = [{"ID": name, "Service": name, "State": "running", "ExitCode": 0, "Health": ""} for name in NAMES]
    with tarfile.open(folder / "secrets.tar", "w") as archive:
        for name in ("all", *NAMES):
            file = tarfile.TarInfo(f"secrets/{name}/password")
            file.mtime = time.time() + 3600 if name == secret else 0
            archive.addfile(file, BytesIO())
    (folder / "config").write_text(json.dumps({"services": services}))
    (folder / "rows").write_text("\n".join(map(json.dumps, rows)))
    script = f"""cd "{folder}"
echo "$@" >>asked
case "$1 $2" in
"compose config") cat config;;
"compose ps") cat rows;;
inspect*) cat inspect;;
cp*) cat secrets.tar;;
ps*) echo id;;
esac"""
    pretend(folder, monkeypatch, script)
    (folder / "run").mkdir()
    found = Containers.planned(Layout.at(folder / "run"))
    found.make_directories()
    return found


def test_what_began_after_the_last_change_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started anew for nothing: what Python keeps of its modules is no configuration."""
    found = stack(tmp_path, monkeypatch)
    changed = max(path.stat().st_ctime for path in (tmp_path / "rules", tmp_path / "rules" / "shop.yml"))
    begin(tmp_path, changed + 0.001)
    module = tmp_path / "rules" / "__pycache__" / "build.pyc"
    while not module.exists() or module.stat().st_ctime < changed + 0.01:
        module.touch()
    assert outdated(found) == []


def test_a_file_that_a_container_mounts_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is as old as before, and was moved there."""
    found = stack(tmp_path, monkeypatch)
    os.utime(tmp_path / "rules" / "shop.yml", (0, 0))
    begin(tmp_path, (tmp_path / "rules" / "shop.yml").stat().st_ctime - 0.001)
    assert outdated(found) == ["prometheus"]


def test_a_file_was_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it said holds no more."""
    found = stack(tmp_path, monkeypatch)
    (tmp_path / "rules" / "shop.yml").unlink()
    begin(tmp_path, (tmp_path / "rules").stat().st_ctime - 0.001)
    assert outdated(found) == ["prometheus"]


@pytest.mark.parametrize(("secret", "old"), [("alertmanager", ["alertmanager"]), ("postgres", []), ("all", [])])
def test_a_secret_of_a_container_has_changed(
    secret: str, old: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own only; and a database reads its secrets once, so that a further role is no reason to stop it."""
    found = stack(tmp_path, monkeypatch, secret)
    begin(tmp_path, time.time() + 60)
    assert outdated(found) == old


def test_those_are_made_anew_and_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many replicas as were asked for, and nothing else with them: Compose refuses a number of others."""
    found = stack(tmp_path, monkeypatch, secret="redis")
    begin(tmp_path, time.time() - 3600)
    up.start(found, {"order-service": 2, "redis": 3})
    starts = [line for line in (tmp_path / "asked").read_text().splitlines() if line.startswith("compose up")]
    waiting = "compose up --detach --wait --wait-timeout 600"
    assert starts == [
        f"{waiting} --scale=order-service=2 --scale=redis=3",
        f"{waiting} --no-deps --force-recreate --scale=redis=3 prometheus redis",
    ]
