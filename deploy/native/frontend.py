"""The shop's pages: built by npm when their sources changed, and the Nginx that serves them to the gateway."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from rich.console import Console

from deploy.installation import readiness
from deploy.installation.files import fill, write_private
from deploy.installation.layout import CHECKOUT, Layout, make_private
from deploy.installation.progress import locked, step
from deploy.native import dashboards, node
from deploy.native.programs import Program, digest
from deploy.native.start_nginx import command, user_line

SOURCE = CHECKOUT / "frontend"
DIST = SOURCE / "dist"
_NOT_SOURCES = frozenset({"dist", "dist.new", "dist.old", "node_modules", "nginx.conf.template", "measure.py"})


def program(layout: Layout) -> Program:
    conf = _conf(layout)
    return Program(
        name="frontend",
        command=command(layout.frontend, conf, layout.logs / "frontend.err.log"),
        ports=(layout.port("frontend"),),
        ready=readiness.http(f"{layout.url('frontend')}/"),
        environment={"PYTHONPATH": str(CHECKOUT)},
        directory=layout.frontend,
        stop_signal="QUIT",  # answers what it has begun
        stop_seconds=5,
        watch=(conf,),
        capture_stdout=False,
    )


def prepare(layout: Layout) -> None:
    """Write the configuration."""
    make_private(layout.frontend, passable=True)
    values = {
        "RUN_DIR": str(layout.frontend),
        "LOG_DIR": str(layout.logs),
        "LISTEN_ADDRESS": "127.0.0.1",
        "FRONTEND_PORT": str(layout.port("frontend")),
        "STATIC_ROOT": str(DIST),
        "CONFIG_JSON": json.dumps(_links(layout)),
        "NGINX_USER_LINE": user_line(),
    }
    write_private(_conf(layout), fill((SOURCE / "nginx.conf.template").read_text(), values))


def build(layout: Layout, console: Console) -> None:
    """Make `dist` from the sources unless it is made from them already. Raises `ShopError`."""
    if _is_built():
        return
    with locked(SOURCE / "package.json", console):  # two installations may share the checkout
        if _is_built():
            return
        log = layout.logs / "frontend-build.log"
        npm = tools(log, console)
        with step(console, "Building the shop's pages"):
            _make_dist(npm, log)


def tools(log: Path, console: Console) -> node.Node:
    """Node, and in `node_modules` what builds and checks the pages; fetched when missing. Raises `ShopError`."""
    npm = node.find()
    if npm is None:
        with step(console, "Fetching Node (61 MB, once)"):
            npm = node.install(log)
    packages = SOURCE / "package-lock.json"
    done = SOURCE / "node_modules" / ".lock-digest"
    wanted = digest([packages])
    with locked(packages, console):  # the tests of the pages install them too
        if not done.exists() or done.read_text() != wanted:
            with step(console, "Installing the packages that build the shop's pages"):
                npm.run(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], SOURCE, log)
            done.write_text(wanted)
    return npm


def _make_dist(npm: node.Node, log: Path) -> None:
    """Build beside the old one and then change places: pages that are being served stay whole."""
    state = _state()
    new, old = DIST.with_suffix(".new"), DIST.with_suffix(".old")
    npm.run(["run", "build", "--", "--outDir", new.name, "--emptyOutDir"], SOURCE, log)
    npm.run(["run", "compress", "--", new.name], SOURCE, log)
    (new / ".state").write_text(state)
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    new.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


def _is_built() -> bool:
    try:
        return (DIST / ".state").read_text() == _state()
    except OSError:
        return False


def _state() -> str:
    return digest(path for path in sorted(SOURCE.iterdir()) if path.name not in _NOT_SOURCES)


def _links(layout: Layout) -> dict[str, str]:
    """Where the page may send people: only what this installation has."""
    links = {
        "jaegerUrl": f"http://localhost:{layout.port('jaeger')}",
        "prometheusUrl": f"http://localhost:{layout.port('prometheus')}/classic/alerts",
        "rabbitmqUrl": f"http://localhost:{layout.port('rabbitmq-ui')}",
    }
    if dashboards.is_installed():
        links["grafanaUrl"] = f"http://localhost:{layout.port('grafana')}"
    return links


def _conf(layout: Layout) -> Path:
    return layout.conf / "frontend" / "nginx.conf"
