"""The direction of imports, and what modules say of their public names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ours

ROOT = Path(__file__).parent.parent
SERVICES = sorted(p.name for p in (ROOT / "services").iterdir() if (p / "main.py").exists())
TOPS = (
    "console",
    "deploy",
    "docs",
    "frontend",
    "grafana",
    "jaeger",
    "loadtests",
    "observability",
    "prometheus",
    "services",
    "tests",
)
MODULES = sorted(path.relative_to(ROOT) for top in TOPS for path in ours(".py", below=top))
RUNNING = [path for path in MODULES if path.parts[0] != "tests"]
_CLI = ["deploy.cli", "deploy.operations", "deploy.installation"]
# What a module of the key may import of ours, by prefix; the longest key counts.
ALLOWED: dict[tuple[str, ...], list[str]] = {
    ("observability",): ["observability"],
    ("services", "__init__.py"): ["observability"],
    ("services", "shared"): ["observability", "services.shared"],
    **{("services", name): ["observability", "services.shared", f"services.{name}"] for name in SERVICES},
    ("deploy", "__init__.py"): [],
    ("deploy", "installation"): ["deploy.installation", "services.shared"],
    ("deploy", "operations"): ["deploy.operations", "deploy.installation", "services.shared", "observability"],
    ("deploy", "native"): [
        *("deploy.native", "deploy.operations", "deploy.installation"),
        *("services.shared", "observability.logging"),
    ],
    ("deploy", "containers"): ["deploy.containers", "deploy.operations", "deploy.installation", "services.shared"],
    ("deploy", "kubernetes"): [
        *("deploy.kubernetes", "deploy.containers.setup", "deploy.containers.stack"),
        *("deploy.operations", "deploy.installation", "services.shared"),
    ],
    ("deploy", "cli"): [*_CLI, "services.shared", "jaeger", "grafana.colours", "loadtests"],
    ("deploy", "cli", "load_metrics.py"): [*_CLI, "loadtests", "prometheus.build"],  # it judges its objectives
    # The only command files that know how an installation runs, and how a machine is given what tests need.
    ("deploy", "cli", "ways.py"): [*_CLI, "deploy.native", "deploy.containers", "deploy.kubernetes"],
    ("deploy", "cli", "commands", "test.py"): [*_CLI, "deploy.containers.stack"],  # before anything is installed
    ("deploy", "cli", "test.py"): [*_CLI, "deploy.native.packages", "deploy.containers.stack"],
    ("jaeger",): ["jaeger", "deploy.installation", "observability"],
    ("grafana",): ["grafana"],
    ("console",): [
        "console",
        "grafana.colours",
        "deploy.installation",
        "jaeger.loose",
        "jaeger.spans",
        "observability",
    ],
    ("prometheus",): ["prometheus", "deploy.installation.services"],
    ("frontend",): ["frontend", "deploy.installation.services"],
    ("loadtests",): ["loadtests", "deploy.installation"],
    ("loadtests", "idle.py"): ["loadtests", "deploy.installation", "deploy.native"],  # it measures its processes
    ("loadtests", "running.py"): ["deploy.installation", "deploy.native"],
    ("loadtests", "growth"): [
        "loadtests.growth",
        "loadtests.arguments",
        "loadtests.percentiles",
        "loadtests.results_page",
        "loadtests.tax",
        "deploy",
        "services",
    ],
    ("loadtests", "tax"): [
        "loadtests.tax",
        "loadtests.arguments",
        "loadtests.percentiles",
        "loadtests.results_page",
        "deploy",
        "observability",
        "services",
    ],  # it measures them
    ("loadtests", "checkout.py"): ["loadtests", "deploy.installation", "deploy.native"],
    ("docs",): ["docs"],
    ("docs", "drills.py"): ["docs", "deploy.operations.drills", "deploy.installation"],
    ("docs", "incidents.py"): ["docs", "deploy.cli.incidents", "deploy.operations.drills", "deploy.installation"],
    ("docs", "results.py"): ["docs", "loadtests.scenario"],
    ("docs", "scale.py"): ["docs", "loadtests.queueing"],
    ("docs", "tour.py"): [
        *("docs", "deploy.cli.lessons", "deploy.operations.installation"),
        *("deploy.installation", "deploy.native.installation"),  # whose addresses the page shows
    ],
    ("docs", "telemetry"): [
        *("docs.telemetry", "deploy.installation.services"),
        *("observability.metrics", "services.shared.names"),
    ],
    ("docs", "api"): ["docs.api", "services.shared", "frontend.api", "deploy.installation.services"],
    ("docs", "events"): ["docs.events", "services.shared"],
}
# Inside of a stand-in: others know it by its addresses only.
INSIDES = ("jaeger.tracebox", "console")
MIRRORED = {("tests", top) for top in TOPS}
OURS = TOPS


def _imports(path: Path) -> Iterator[str]:
    """Dotted names of all that the module imports, wherever it does."""
    package = list(path.parts[:-1])
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def _allowed(path: Path) -> list[str]:
    keys = (path.parts[:length] for length in range(len(path.parts), 0, -1))
    return next((ALLOWED[key] for key in keys if key in ALLOWED), [])


@pytest.mark.parametrize("path", RUNNING, ids=str)
def test_imports_go_one_way(path: Path) -> None:
    """observability knows no service, services/shared knows no single one, services do not know each other, and
    what both ways of running share knows neither."""
    foreign = [
        name
        for name in _imports(path)
        if name.split(".")[0] in OURS and not any(_within(name, prefix) for prefix in _allowed(path))
    ]
    assert foreign == []


@pytest.mark.parametrize("inside", INSIDES)
def test_nobody_imports_the_inside_of_a_stand_in(inside: str) -> None:
    """Where the real part runs, its stand-in is not there."""
    outside = [path for path in RUNNING if not _within(".".join(path.parts), inside)]
    assert [path for path in outside for name in _imports(path) if _within(name, inside)] == []


def test_tests_lie_where_what_they_test_lies() -> None:
    """The folders of tests have the names of the folders that they test."""
    mirrored = {path.parent for path in MODULES if path.parts[:2] in MIRRORED and path.name.startswith("test_")}
    assert len(mirrored) > 10
    assert [folder for folder in mirrored if not (ROOT / folder.relative_to("tests")).is_dir()] == []


def test_every_directory_of_services_is_one() -> None:
    """Nothing lies in services/ that belongs to none of them."""
    found = {path.parts[1] for path in RUNNING if path.parts[0] == "services"}
    assert found == {*SERVICES, "shared", "__init__.py"}


def _public(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", [p for p in MODULES if p.parts[0] == "observability"], ids=str)
def test_public_names_are_in_all(path: Path) -> None:
    """`__all__` is sorted, and names exactly what does not begin with an underscore (TypeVars aside)."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    declared = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        and node.value is not None
        and "__all__" in ast.unparse(node).split(" = ")[0]
    ]
    assert len(declared) == 1
    assert len(declared[0]) == len(set(declared[0]))
    assert {name for name in _public(tree) if len(name) > 1} == set(declared[0]) | (
        _aliases(tree) - set(declared[0])
    )


def _aliases(tree: ast.Module) -> set[str]:
    """Type aliases of a module are for its own signatures; they may be public or not."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@pytest.mark.parametrize("path", RUNNING, ids=str)
def test_no_wait_for(path: Path) -> None:
    """asyncio.wait_for of Python 3.11 loses a cancellation that meets the result; asyncio.timeout does not."""
    assert "wait_for" not in {
        node.attr for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Attribute)
    }


# The table of services/README.md says the same, and why.
EVERY_SERVICE_HAS = {
    "__init__.py",
    "commands.py",
    "main.py",
    "metrics.py",
    "queries.py",
    "routes.py",
    "schemas.py",
    "settings.py",
}
A_SERVICE_MAY_HAVE = {
    "events.py",
    "migrate.py",
    "models.py",
    "rules.py",
    "seed.py",
    "statements.py",
    "states.py",
    "store.py",
}
README = (ROOT / "services" / "README.md").read_text(encoding="utf-8")


def _own_files(service: str) -> set[str]:
    """The files that the page names as a service's own, in the row of the service."""
    own = README.partition("What else a service has")[2].partition("`Dockerfile`")[0]
    row = next(row for row in own.splitlines() if row.startswith(f"| `{service}/`"))
    return set(re.findall(r"`(\w+\.py)`", row))


@pytest.mark.parametrize("service", SERVICES)
def test_a_file_has_the_same_role_in_each_service(service: str) -> None:
    """Who knows one service knows where to look in all; what is a service's own is named on the page."""
    found = {path.name for path in (ROOT / "services" / service).glob("*.py")}
    assert found >= EVERY_SERVICE_HAS
    assert len(found & {"models.py", "store.py"}) == 1
    assert found - EVERY_SERVICE_HAS - A_SERVICE_MAY_HAVE == _own_files(service)


def test_the_page_has_the_roles() -> None:
    """Every role is a row of the table, and the other way round."""
    rows = dict(re.findall(r"^\| `(\w+\.py)` \| ([^|]+) \|", README, re.MULTILINE))
    assert {name for name, where in rows.items() if where == "every service"} == EVERY_SERVICE_HAS - {
        "__init__.py"
    }
    assert {name for name, where in rows.items() if where != "every service"} == A_SERVICE_MAY_HAVE


RULES = [
    path
    for path in RUNNING
    if path.parts[0] == "services" and path.name in ("states.py", "rules.py", "words.py", "cards.py", "backoff.py")
]
IO = {"aio_pika", "aiohttp", "asyncio", "asyncpg", "fastapi", "httpx", "pymongo", "redis", "socket", "sqlalchemy"}


def test_rules_are_found() -> None:
    """Of each service that has some."""
    assert len(RULES) >= 8


@pytest.mark.parametrize("path", RULES, ids=str)
def test_rules_do_no_io(path: Path) -> None:
    """They import nothing that reaches a store, a network or the loop, and of ours nothing but other rules."""
    names = set(_imports(path))
    modules = {".".join(rule.with_suffix("").parts) for rule in RULES}
    assert {name for name in names if name.split(".")[0] in IO} == set()
    ours = {name for name in names if name.split(".")[0] in OURS}
    assert {name for name in ours if not any(_within(name, module) for module in modules)} == set()
