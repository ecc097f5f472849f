"""observability/ can be lifted: its wheel, in an environment of its own, runs the app of its README."""

import ast
import json
import os
import queue
import re
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions, requires
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.ending import end
from tests.observability.stores import Store

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "observability"
PROJECT = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CORE = {Requirement(line).name for line in PROJECT["dependencies"]}
EXTRAS = {name: {Requirement(line).name for line in of} for name, of in PROJECT["optional-dependencies"].items()}
TRACE, PARENT, REQUEST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "bowl-12345678"
SENT = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": REQUEST}
INSTALLED = packages_distributions()
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def readme_app() -> str:
    """The first block of Python in the README."""
    found = re.search(r"```python\n(.*?)```", (SOURCE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def run(*command: str | Path) -> str:
    """What the command printed; it must succeed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built by the tool that its pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, SOURCE)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, FastAPI and uvicorn, in the versions of our locks."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    ours = sorted({f"{each.name}=={each.version}" for each in distributions()})
    (folder / "versions.txt").write_text("\n".join(ours))
    python = folder / "venv" / "bin" / "python"
    install = (*PIP, "--python", python, "install", "--quiet", "--no-compile", "-c", folder / "versions.txt")
    run(*install, wheel, "fastapi", "uvicorn")
    return python


class Program:
    """The README's app at work."""

    def __init__(self, python: Path, folder: Path, store: Store) -> None:
        (folder / "pottery.py").write_text(readme_app(), encoding="utf-8")
        self._process = subprocess.Popen(
            [python, "-m", "uvicorn", "pottery:app", "--port", "0"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "OTEL_EXPORTER_OTLP_ENDPOINT": store.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self.line("Uvicorn running on")["event"].split()[3]

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def line(self, event: str, **fields: Any) -> dict[str, Any]:
        """The next line of the log with this event and these fields; each line is a JSON object."""
        while True:
            found: dict[str, Any] = json.loads(self._lines.get(timeout=30))
            if found["event"].startswith(event) and fields.items() <= found.items():
                return found

    def stop(self) -> None:
        """Stop it as a supervisor does."""
        end(self._process, 30)
        self._reader.join(10)


@pytest.fixture
def store() -> Iterator[Store]:
    """A receiver of spans."""
    store = Store()
    yield store
    store.close()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """All modules with their types, and the version that `names.py` says."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"observability/{path.name}" for path in SOURCE.iterdir() if path.suffix in (".py", ".typed")}
    version = re.search(r'^VERSION = "(.+)"', (SOURCE / "names.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert wheel.name == f"observability-{version[1]}-py3-none-any.whl"


def test_the_app_of_the_readme(python: Path, store: Store, tmp_path: Path) -> None:
    """Twenty lines and three calls have logs, request ids, traces, metrics, health, a breaker and messages."""
    code = [line for line in readme_app().splitlines() if line.strip()]
    assert len(code) <= 20
    where = run(python, "-I", "-c", "import observability; print(observability.__file__)").strip()
    assert Path(where).is_relative_to(python.parents[1])

    program = Program(python, tmp_path, store)
    try:
        with httpx.Client(base_url=program.url, trust_env=False) as http:
            ordered = http.post("/bowls", headers=SENT)
            assert (ordered.status_code, ordered.headers["x-request-id"]) == (200, REQUEST)
            message = ordered.json()
            assert message["x-request-id"] == REQUEST
            assert message["traceparent"].split("-")[1] == TRACE
            line = program.line("http.request", request_id=REQUEST)
            assert (line["trace_id"], line["service"], line["status"]) == (TRACE, "pottery", 200)

            assert [http.post("/bowls?broken=true").status_code for _ in range(3)] == [500] * 3
            assert program.line("breaker.transition")["to_state"] == "open"
            refused = http.post("/bowls")
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0

            assert http.get("/health").json() == {"status": "ok"}
            assert http.get("/health/ready").json()["status"] == "ok"
            metrics = http.get("/metrics", headers={"Accept": "application/openmetrics-text"}).text
            assert f'trace_id="{TRACE}"' in metrics
            assert 'pottery_circuit_breaker_state{breaker="kiln",state="open"} 1.0' in metrics
    finally:
        program.stop()
    sent, served = (span for span in store.spans if span.trace_id.hex() == TRACE)
    assert (sent.name, served.name) == ("publish pottery:bowl.ordered", "POST /bowls")
    assert (sent.parent_span_id, served.parent_span_id.hex()) == (served.span_id, PARENT)
    assert message["traceparent"].split("-")[2] == sent.span_id.hex()
    assert "user_agent.original" in {attribute.key for attribute in served.attributes}  # our span, not FastAPI's


MODULES = sorted(path for path in SOURCE.glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_needs_only_what_is_declared(path: Path) -> None:
    """The dependencies that all have, and the extra that has the module's name."""
    foreign: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            foreign |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            foreign.add(node.module or "")
    declared = CORE | EXTRAS.get(path.stem.replace("_", "-"), set())
    # What a library brings along is there too: OpenTelemetry's API with its SDK, requests with its exporter.
    brought = {Requirement(line).name for name in declared for line in requires(name) or () if "extra" not in line}
    missing = {
        name
        for name in foreign
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "observability"}
        and not _distributions(name) & (declared | brought)
    }
    assert missing == set()


def _distributions(module: str) -> set[str]:
    """The distributions that may have the module. OpenTelemetry's share one package."""
    top = module.partition(".")[0]
    if top != "opentelemetry":
        return {canonicalize_name(name) for name in INSTALLED[top]}
    parts = module.split(".")
    known = {
        "sdk": "opentelemetry-sdk",
        "semconv": "opentelemetry-semantic-conventions",
        "exporter": "opentelemetry-exporter-otlp-proto-http",
    }
    if parts[1:2] == ["instrumentation"]:
        extra = parts[2:3] == ["fastapi"]
        return {"opentelemetry-instrumentation-fastapi" if extra else "opentelemetry-instrumentation"}
    return {known.get(parts[1] if len(parts) > 1 else "", "opentelemetry-api")}


def test_the_platform_installs_what_the_package_asks_for() -> None:
    """The versions that run here are versions that the package accepts, so the tests speak for it."""
    installed = {canonicalize_name(each.name): each.version for each in distributions()}
    lines = [*PROJECT["dependencies"], *(line for of in PROJECT["optional-dependencies"].values() for line in of)]
    asked = [(each, installed[canonicalize_name(each.name)]) for each in map(Requirement, lines)]
    assert [str(each) for each, version in asked if not each.specifier.contains(version)] == []
