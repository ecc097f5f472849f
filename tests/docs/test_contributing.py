"""What CONTRIBUTING.md says is enough: its steps are followed in a copy of the repository, to the letter."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.docs.documents import ROOT
from tests.services.infrastructure import isolated_layout
from tests.waiting import wait_for

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_STEP = re.compile(
    r"^(?:Write `(?P<new>[^`]+)`"
    r"|In `(?P<file>[^`]+)`, (?P<how>after|in place of) the line `(?P<line>[^`\n]+)`):\n"
    r"```\w*\n(?P<text>.*?)^```$"
    r"|^```bash\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# Asks the machinery of the copy, in a process of its own.
_ASK = """
import json, sys
from pathlib import Path
from deploy.installation import configuration, secrets
from deploy.installation.layout import Layout
from deploy.native import gateway, prometheus, services
layout = Layout.at(Path(sys.argv[1]), int(sys.argv[2]))
layout.make_directories()
kept = secrets.ensure(layout.secrets)
prometheus.prepare(layout)
gateway.prepare(layout, kept)
programs = [program for program in services.programs(layout, kept) if program.name.startswith("toy")]
print(json.dumps({
    "programs": [[p.name, p.command, p.ports, dict(p.environment)] for p in programs],
    "targets": json.loads((layout.conf / "prometheus" / "targets" / "services.json").read_text()),
    "gateway": {path.name: path.read_text() for path in (layout.conf / "gateway").iterdir()},
    "databases": configuration.postgres(kept),
    "steps": [step.name for steps in services.one_shots(layout, kept) for step in steps],
}))
"""


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    return re.split(r"^##+ ", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def follow(copy: Path, text: str) -> int:
    """Do each step of the text in the copy; how many there were."""
    steps = list(_STEP.finditer(text))
    for step in steps:
        if step["commands"]:
            for command in step["commands"].splitlines():
                if command.startswith("python "):  # npm and uv want the network
                    run(copy, *command.split()[1:])
        elif step["new"]:
            path = copy / step["new"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["text"])
        else:
            path, line = copy / step["file"], f"{step['line']}\n"
            before = path.read_text()
            assert before.count(line) == 1, (step["file"], step["line"])
            path.write_text(before.replace(line, (line if step["how"] == "after" else "") + step["text"]))
    return len(steps)


def run(copy: Path, *arguments: str) -> str:
    """What Python prints there. It must end well."""
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository as it is."""
    return copied(tmp_path / "copy")


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which a service was added by the page, which takes a while: to be copied."""
    target = copied(tmp_path_factory.mktemp("toys") / "copy")
    assert follow(target, section("Add a service")) >= 10
    return target


@pytest.fixture
def copy_with_toys(added: Path, tmp_path: Path) -> Path:
    """A copy of one's own, in which a service was added by the page."""
    return Path(shutil.copytree(added, tmp_path / "copy"))


def copied(target: Path) -> Path:
    """A copy of the repository without what is made in it."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A directory and an offset for an installation, as arguments."""
    with isolated_layout() as layout:
        yield str(tmp_path / "run"), str(layout.offset)


def ask(copy: Path, place: tuple[str, str]) -> dict[str, Any]:
    """What the native run of the copy makes of the table."""
    found: dict[str, Any] = json.loads(run(copy, "-c", _ASK, *place))
    return found


def test_a_service_is_added_by_the_page(copy_with_toys: Path, place: tuple[str, str]) -> None:
    """It is a program that answers; Prometheus, the gateway, the API's document and Compose know it."""
    copy = copy_with_toys
    told = ask(copy, place)

    names = [name for name, *_ in told["programs"]]
    assert names == ["toy-service-1", "toy-service-2"]
    targets = {target["labels"]["instance"]: target for target in told["targets"]}
    for name, _, ports, _ in told["programs"]:
        assert targets[name]["labels"]["job"] == "toy-service"
        assert targets[name]["targets"] == [f"127.0.0.1:{ports[0]}"]
        assert f"server 127.0.0.1:{ports[0]} " in told["gateway"]["nginx.conf"]
    assert "location ~ ^/api/toys(/|$) { proxy_pass http://toy-service; }" in told["gateway"]["services.conf"]
    assert 'part = "toy-service"' in (copy / "prometheus" / "gateway.mtail").read_text()
    assert "toy-service.front" in (copy / "prometheus" / "containers.yml").read_text()
    assert "/api/toys" in json.loads((copy / "frontend/public/api/openapi.json").read_text())["paths"]
    chosen = "toy-service and (starts_what or colour)"
    run(copy, "-m", "pytest", "-q", "tests/deploy/installation/test_services.py", "-k", chosen)

    _, command, (port,), environment = told["programs"][0]
    process = subprocess.Popen(command, cwd=copy, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        wait_for("the toy service", lambda: listens(port) or process.poll() is not None)
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").json()["status"] == "ok"
        assert httpx.get(f"http://127.0.0.1:{port}/api/toys").json() == {"items": [{"name": "kite"}]}
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert all(json.loads(line)["service"] == "toy-service" for line in output.splitlines())


def test_a_service_gets_a_database_by_the_page(copy_with_toys: Path, place: tuple[str, str]) -> None:
    """The database, its role, the setting and the step."""
    copy = copy_with_toys
    assert follow(copy, section("Give it a database")) == 1
    told = ask(copy, place)
    assert "CREATE DATABASE toys OWNER toys" in told["databases"]
    assert "toy-service-migrate" in told["steps"]
    [*_, environment] = told["programs"][0]
    assert re.fullmatch(r"postgresql\+asyncpg://toys:\w+@127.0.0.1:\d+/toys", environment["DATABASE_URL"])


def test_an_event_is_added_by_the_page(copy: Path) -> None:
    """It has a model, a schema, a queue that gets it, rights for who publishes it, and a handler."""
    assert follow(copy, section("Add an event")) >= 5
    told = run(
        copy,
        "-c",
        "from deploy.installation.broker_rights import topic_rights\n"
        "from services.payment.events import ORDERS\n"
        "from services.shared.events.envelope import Event\n"
        "from services.shared.events.topology import consumers\n"
        "event = Event(type='order.reviewed', data={'orderId': 'o-1', 'stars': 5})\n"
        "print(event.data.stars, consumers('order.reviewed'), 'order.reviewed' in ORDERS)\n"
        "print(topic_rights('order')[0]['write'])\n",
    )
    assert told.startswith("5 ['payment.orders'] True\n")
    assert r"order\.reviewed" in told
    schema = json.loads((copy / "docs" / "events" / "order.reviewed.json").read_text())
    assert schema["properties"].keys() == {"orderId", "stars"}


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
