"""The pages of the shop and of the console, built by npm when their sources changed, and the shop's Nginx."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from deploy.installation import readiness
from deploy.installation.files import fill, write_private
from deploy.installation.layout import CHECKOUT, Layout, make_private
from deploy.installation.progress import locked, step
from deploy.native import node
from deploy.native.programs import Program, digest
from deploy.native.start_nginx import command, user_line

SOURCE = CHECKOUT / "frontend"
_NOT_SOURCES = frozenset(
    {"dist", "dist.new", "dist.old", "node_modules", "nginx.conf.template", "measure.py", "console"}
)


@dataclass(frozen=True)
class Pages:
    """What a script of package.json makes of a folder of `frontend/`, and of more that lies there."""

    script: str
    folder: str
    more: tuple[str, ...] = ()

    @property
    def dist(self) -> Path:
        return SOURCE / self.folder / "dist"

    def state(self) -> str:
        """A fingerprint of the sources."""
        folder = SOURCE / self.folder
        own = (path for path in sorted(folder.iterdir()) if path.name not in _NOT_SOURCES)
        return digest([*own, *(SOURCE / name for name in self.more)])

    def are_built(self) -> bool:
        try:
            return (self.dist / ".state").read_text() == self.state()
        except OSError:
            return False


SHOP = Pages("build", ".")
# It has the look of the shop.
CONSOLE = Pages(
    "build:console", "console", ("package.json", "package-lock.json", "public", "src/app/look.css", "src/shared")
)


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
        "STATIC_ROOT": str(SHOP.dist),
        "CONFIG_JSON": json.dumps(_links(layout)),
        "NGINX_USER_LINE": user_line(),
    }
    write_private(_conf(layout), fill((SOURCE / "nginx.conf.template").read_text(), values))


def build(layout: Layout, console: Console) -> None:
    """Make each `dist` from its sources unless it is made from them already. Raises `ShopError`."""
    if not _missing():
        return
    with locked(SOURCE / "package.json", console):  # two installations may share the checkout
        if not (missing := _missing()):
            return
        npm = tools(layout.logs / "frontend-build.log", console)
        with step(console, "Building the pages"), ThreadPoolExecutor(len(missing)) as pool:
            list(pool.map(partial(_make_dist, layout, npm), missing))


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
            with step(console, "Installing the packages that build the pages"):
                npm.run(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], SOURCE, log)
            done.write_text(wanted)
    return npm


def _missing() -> list[Pages]:
    return [pages for pages in (SHOP, CONSOLE) if not pages.are_built()]


def _make_dist(layout: Layout, npm: node.Node, pages: Pages) -> None:
    """Build beside the old one and then change places: pages that are being served stay whole."""
    log = layout.logs / f"frontend-{pages.script.replace(':', '-')}.log"
    state, dist = pages.state(), pages.dist
    new, old = dist.with_suffix(".new"), dist.with_suffix(".old")
    npm.run(["run", pages.script, "--", "--outDir", str(new), "--emptyOutDir"], SOURCE, log)
    if pages is SHOP:  # for Nginx
        npm.run(["run", "compress", "--", str(new)], SOURCE, log)
    (new / ".state").write_text(state)
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    new.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def _links(layout: Layout) -> dict[str, str]:
    """Where the page may send people: only what this installation has."""
    return {
        "jaegerUrl": f"http://localhost:{layout.port('jaeger')}",
        "prometheusUrl": f"http://localhost:{layout.port('prometheus')}/classic/alerts",
        "rabbitmqUrl": f"http://localhost:{layout.port('rabbitmq-ui')}",
        "grafanaUrl": f"http://localhost:{layout.port('grafana')}",
    }


def _conf(layout: Layout) -> Path:
    return layout.conf / "frontend" / "nginx.conf"
