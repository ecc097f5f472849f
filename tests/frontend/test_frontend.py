"""The front end's own checks, and its API client against what the services say of themselves."""

import gzip
import json
import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native import frontend, node
from frontend.api import describe

SOURCE = frontend.SOURCE
CHECKOUT = SOURCE.parent


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> node.Node:
    """Node with the front end's packages."""
    return frontend.tools(tmp_path_factory.mktemp("npm") / "install.log", Console(file=StringIO()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The pages are made of the sources of now."""
    run = tmp_path_factory.mktemp("run")
    layout = Layout(checkout=CHECKOUT, run=run, data=run / "data")
    layout.make_directories()
    frontend.build(layout, Console(file=StringIO()))


@pytest.mark.parametrize("service", describe.SERVICES)
def test_openapi_document_is_current(service: str) -> None:
    """frontend/api holds what the service says of its API: after a change, python frontend/api/describe.py."""
    kept = (SOURCE / "api" / f"{service}.json").read_text(encoding="utf-8")
    assert kept == describe.describe(service)


def test_countries_are_those_of_the_order_service() -> None:
    """The form asks for what the service asks for: after a change, python frontend/api/describe.py."""
    assert describe.COUNTRIES.read_text() == describe.describe_countries()


@pytest.mark.parametrize("script", ["generated", "types", "lint", "test"])
def test_script_passes(npm: node.Node, tmp_path: Path, script: str) -> None:
    """The API client is that of frontend/api; types, lint, the direction of imports, format and Vitest hold."""
    try:
        npm.run(["run", "--silent", script], SOURCE, tmp_path / "npm.log")
    except ShopError:
        pytest.fail((tmp_path / "npm.log").read_text())


def test_services_have_their_colours() -> None:
    """A service looks the same on an order's page as in dashboards, on trace pages and in the terminal."""
    services = tomllib.loads((CHECKOUT / "grafana" / "colours.toml").read_text())["services"]
    styles = (SOURCE / "src" / "app" / "look.css").read_text()
    shown = dict(re.findall(r"--color-([a-z]+-service): (#[0-9a-f]{6});", styles))
    assert shown
    assert shown == {name: services[name] for name in shown}


def test_lock_names_no_registry() -> None:
    """package-lock.json has hashes and no address: packages come from wherever npm is told to look."""
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    own = {name: package for name, package in packages.items() if name and not package.get("inBundle")}
    assert [name for name, package in own.items() if "integrity" not in package] == []


@pytest.mark.usefixtures("built")
def test_first_page_is_small() -> None:
    """The JavaScript of the first page, tracing included, is at most 150 KB as it is sent."""
    dist = frontend.SHOP.dist
    named = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', (dist / "index.html").read_text())
    later = [str(path.relative_to(dist)) for path in dist.glob("assets/exporting-*.js")]
    assert named
    assert later
    sizes = {name: len(gzip.compress((dist / name).read_bytes(), 9)) for name in [*named, *later]}
    assert sum(sizes.values()) <= 150_000, sizes


@pytest.mark.usefixtures("built")
def test_the_console_is_small() -> None:
    """All of its JavaScript is at most 180 KB, gzipped: so it is drawn within a second."""
    scripts = list((frontend.CONSOLE.dist / "assets").glob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) <= 180_000
