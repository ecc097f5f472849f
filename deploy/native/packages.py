"""The distribution's packages that the native run needs, found by looking for their programs."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.installation.subprocesses import run_logged

# Where Debian puts servers; not on every user's PATH.
SEARCH_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin:/sbin"


@dataclass(frozen=True)
class Package:
    name: str
    program: str  # a name on the PATH, or a pattern of absolute paths
    unit: str = ""  # the system's own daemon, which we never use

    def is_there(self) -> bool:
        if self.program.startswith("/"):
            return bool(glob.glob(self.program))
        return shutil.which(self.program, path=SEARCH_PATH) is not None


NGINX_STREAM = Package("libnginx-mod-stream", "/usr/lib*/nginx/modules/ngx_stream_module.so")
SERVERS = (
    Package("postgresql", "/usr/lib/postgresql/*/bin/postgres", "postgresql"),
    Package("redis-server", "redis-server", "redis-server"),
    Package("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"),
    Package("nginx-light", "nginx", "nginx"),
    NGINX_STREAM,
    Package("prometheus", "prometheus", "prometheus"),
    *(
        Package(name, name, name)
        for name in (
            "prometheus-alertmanager",
            "prometheus-blackbox-exporter",
            "prometheus-nginx-exporter",
            "prometheus-postgres-exporter",
            "prometheus-redis-exporter",
            "mtail",
        )
    ),
)
TOOLS = (
    Package("apache2-utils", "ab"),
    Package("chromium-headless-shell", "chromium-headless-shell"),
    Package("curl", "curl"),
)


def program(name: str) -> str:
    """The full path of an installed program."""
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise ShopError(f"The program {name} is not installed.", "Run ./shop up, which installs it.")
    return found


def found(package: Package) -> str:
    """The absolute path of what a package brings, or nothing."""
    return next(iter(glob.glob(package.program)), "")


def missing(packages: Iterable[Package]) -> list[Package]:
    return [package for package in packages if not package.is_there()]


def ensure(packages: Iterable[Package], log: Path) -> list[Package]:
    """Install what is missing and return it. Without the right to do so, say what to install."""
    wanted = missing(packages)
    if not wanted:
        return []
    names = [package.name for package in wanted]
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        raise ShopError(
            f"These packages are missing, and this user cannot install them: {', '.join(names)}.",
            f"Run as root:  {' '.join(command)}\n"
            "On a distribution without apt install what contains: "
            + ", ".join(package.program for package in wanted),
        )
    with _no_system_daemons(prefix):
        run_logged([*prefix, "apt-get", "update", "-q"], log)
        run_logged([*prefix, *_APT_ENVIRONMENT, *command, "-q", *_APT_OPTIONS], log)
    for unit in (package.unit for package in wanted if package.unit and shutil.which("systemctl")):
        # Our instances are our own: the machine's must not come up at its next boot either.
        subprocess.run([*prefix, "systemctl", "disable", "-q", unit], check=False, capture_output=True)
    if left := missing(wanted):
        raise ShopError(f"Installed, but still not found: {', '.join(p.program for p in left)}.", f"See {log}.")
    return wanted


_APT_ENVIRONMENT = ("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
_APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold")


def _as_root() -> list[str] | None:
    """What to put before a command so that root runs it; None when that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


@contextmanager
def _no_system_daemons(prefix: list[str]) -> Iterator[None]:
    """Installing a server's package starts its daemon and makes a cluster: not while this lasts."""
    files = {
        Path("/usr/sbin/policy-rc.d"): "#!/bin/sh\nexit 101\n",
        Path("/etc/postgresql-common/createcluster.d/glasshouse.conf"): "create_main_cluster = false\n",
    }
    mine = [path for path in files if not path.exists()]
    for path in mine:
        subprocess.run([*prefix, "mkdir", "-p", str(path.parent)], check=True)
        subprocess.run(
            [*prefix, "tee", str(path)], input=files[path].encode(), stdout=subprocess.DEVNULL, check=True
        )
        subprocess.run([*prefix, "chmod", "755", str(path)], check=True)
    try:
        yield
    finally:
        for path in mine:
            subprocess.run([*prefix, "rm", "-f", str(path)], check=True)
