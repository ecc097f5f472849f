"""Where one installation lies (directories) and where it listens (ports)."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.errors import ShopError, UsageError
from deploy.installation.services import SERVICES

CHECKOUT = Path(__file__).resolve().parents[2]

PORTS: Mapping[str, int] = {
    "gateway": 8080,
    "gateway-tls": 8443,
    "gateway-status": 18080,
    "frontend": 18051,
    "jaeger": 16686,
    "otlp": 4318,
    "otlp-grpc": 24317,
    "otlp-browser": 24319,  # what the gateway takes from browsers
    "jaeger-grpc": 26685,
    "jaeger-health": 23133,
    "jaeger-metrics": 18888,
    "jaeger-span-metrics": 18889,
    "prometheus": 9090,
    "grafana": 3000,
    "alertmanager": 9093,
    "container-logs": 24224,  # where Docker's driver finds the Collector; the native run has its logs in files
    "drill": 19190,  # only while a drill lasts
    "locust": 8089,  # only while ./shop load --ui runs
    "locust-workers": 25557,  # only while ./shop load --workers runs
    "rabbitmq-ui": 15672,
    "rabbitmq-metrics": 25692,
    "amqp": 25672,
    "amqp-distribution": 25673,
    "epmd": 24369,
    "postgres": 25432,
    "redis": 26379,
    "mongo": 27117,
    **{name: port for service in SERVICES for name, port in service.replicas.items()},
    "nginx-exporter": 19113,
    "gateway-log-exporter": 19114,
    "blackbox-exporter": 19115,
    "redis-exporter": 19121,
    "postgres-exporter": 19187,
}

# Those that a browser opens.
PAGES = ("gateway", "gateway-tls", "jaeger", "prometheus", "alertmanager", "grafana", "rabbitmq-ui", "locust")
# What browsers refuse to open, of the ports above 1023: https://fetch.spec.whatwg.org/#port-blocking
BLOCKED = frozenset(
    {
        *(1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679),
        *(6697, 10080),
    }
)
_HIGHEST_PORT = 65535
_GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")  # by the kernel: the first and the last port
_OFFSET_FILE = "port-offset"
_PLAIN = frozenset("/ -_.,+@=~()")


@dataclass(frozen=True)
class Layout:
    """Directories and ports of one installation; several can run beside each other."""

    checkout: Path
    run: Path
    data: Path
    offset: int = 0

    @classmethod
    def at(cls, run: Path, offset: int = 0, checkout: Path = CHECKOUT) -> Layout:
        """The installation in `run`, every port shifted by `offset`."""
        run = run.resolve()
        return cls(checkout=checkout, run=run, data=_data_directory(run), offset=offset)

    @classmethod
    def from_environment(cls) -> Layout:
        """SHOP_RUN_DIR (default: .run in the checkout), SHOP_PORT_OFFSET (default: what runs, else 0)."""
        run = Path(os.environ.get("SHOP_RUN_DIR") or CHECKOUT / ".run").resolve()
        for folder in (CHECKOUT, run):
            check_name(folder)
        in_use = _offset_in_use(run)
        text = os.environ.get("SHOP_PORT_OFFSET") or in_use
        if not re.fullmatch("[0-9]{1,5}", text) or int(text) > _HIGHEST_PORT - max(PORTS.values()):
            raise UsageError(
                f"SHOP_PORT_OFFSET is {text!r}.",
                f"Give a whole number from 0 to {highest_offset()}, for example 1000.",
            )
        if text != in_use and int(text) > highest_offset():
            raise UsageError(
                f"SHOP_PORT_OFFSET={text} would put a server on port {max(PORTS.values()) + int(text)}."
                " The kernel gives such ports to programs that connect to others, so it may be taken at any time.",
                f"Give a whole number from 0 to {highest_offset()}, for example 1000.",
            )
        if text != in_use and (refused := refused_by_browsers(int(text))):
            raise UsageError(
                f"SHOP_PORT_OFFSET={text} would put a page on a port that browsers refuse: {', '.join(refused)}.",
                f"Give another, for example {next_offset(int(text))}.",
            )
        return cls.at(run, int(text))

    @property
    def offset_file(self) -> Path:
        """Holds the offset while the installation runs, so that later commands need not be told."""
        return self.run / _OFFSET_FILE

    def port(self, name: str) -> int:
        return PORTS[name] + self.offset

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port(name)}"

    def page(self, name: str) -> str:
        """Where people open it, with the name that certificates and links have."""
        return f"http://localhost:{self.port(name)}"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data. They are another user's than the rest, who may not even pass through `data`."""
        return self.data.with_name(f"{self.data.name}-postgres")

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def conf(self) -> Path:
        return self.run / "conf"

    @property
    def secrets(self) -> Path:
        return self.run / "secrets"

    @property
    def gateway(self) -> Path:
        """Nginx's own directory: its pid file and temporary files."""
        return self.run / "gateway"

    @property
    def frontend(self) -> Path:
        """The own directory of the Nginx that serves the shop's files."""
        return self.run / "frontend"

    @property
    def socket(self) -> Path:
        return self.run / "supervisor.sock"

    @property
    def unfinished_restore(self) -> Path:
        """A file that is there while a restore replaces data: until it is gone, the stores hold nothing of use."""
        return self.run / "restore-unfinished"

    @property
    def drill(self) -> Path:
        """What is known of a drill while it lasts."""
        return self.run / "drill"

    @property
    def flags_file(self) -> Path:
        """What a drill has switched on inside of the services. There is none while no drill needs it."""
        return self.drill / "flags.json"

    def gather_logs(self) -> None:
        """Make `logs` complete. Nothing to do where programs write their own files."""

    def make_directories(self) -> None:
        """Create what is missing. Data that must lie elsewhere is linked as `data` in the run directory."""
        if len(str(self.socket)) > 100:  # the limit of a Unix socket's address is 107
            raise ShopError(
                f"The path {self.run} is too long for a Unix socket.", "Set SHOP_RUN_DIR to a shorter one."
            )
        self.data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        make_private(self.run, passable=True)
        for directory in (self.data, self.logs, self.conf, self.secrets):
            make_private(directory)
        former = self.data / "postgres"  # of an older version
        if former.is_dir() and not self.postgres.exists():
            former.rename(self.postgres)
        link = self.run / "data"
        if link.resolve() != self.data:
            link.symlink_to(self.data)


def make_private(directory: Path, *, passable: bool = False) -> None:
    """Make the directory, or close it: only its owner may look into it.

    passable: as root, others may pass through it to what is theirs (PostgreSQL's user, Nginx's workers).
    """
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o711 if passable and os.geteuid() == 0 else 0o700)


def reachable_by_all(path: Path) -> bool:
    """Whether every existing directory from the root down to `path` can be entered by any user."""
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())


def check_name(folder: Path) -> None:
    """Raise a `ShopError` when the path has a character that some configuration file or shell takes for syntax.

    Letters of any script, digits, spaces and what is in `_PLAIN` mean themselves everywhere.
    """
    strange = sorted(
        {c for c in str(folder) if c not in _PLAIN and not (c.isalnum() or (c > "~" and c.isprintable()))}
    )
    if strange or any(part != part.strip() for part in folder.parts):
        what = " ".join(map(repr, strange)) or "a space at an end"
        raise ShopError(
            f"The path {str(folder)!r} has {what}, which some programs of the platform cannot take.",
            "Move or rename the folder: letters, digits, spaces and - _ . , + @ = ~ ( ) are fine.",
        )


def refused_by_browsers(offset: int) -> list[str]:
    """The pages that nobody could open, each with its port."""
    return [f"{name} {PORTS[name] + offset}" for name in PAGES if PORTS[name] + offset in BLOCKED]


def highest_offset() -> int:
    """Up to here all ports stay below those that the kernel gives away, where it leaves room for ours at all."""
    highest = max(PORTS.values())
    try:
        first = int(_GIVEN_AWAY.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = 0
    return (first - 1 if first > highest else _HIGHEST_PORT) - highest


def next_offset(offset: int) -> int:
    """The next one that can be used, in steps of a hundred; from the beginning again when there is none."""
    candidates: list[int] = [*range(offset + 100, highest_offset() + 1, 100), *range(1000, offset + 100, 100)]
    return next(candidate for candidate in candidates if not refused_by_browsers(candidate))


def _offset_in_use(run: Path) -> str:
    try:
        return (run / _OFFSET_FILE).read_text().strip()
    except OSError:
        return "0"


def _data_directory(run: Path) -> Path:
    """`data` in the run directory; elsewhere when a program could not use it there.

    As root under a closed home PostgreSQL's user could not reach it; RabbitMQ 3 gives its path bare to a shell.
    """
    data = run / "data"
    if data.is_symlink():
        return data.resolve()
    plain = re.fullmatch(r"[\w/.+@=,-]+", str(run), re.ASCII)
    as_root = os.geteuid() == 0
    if data.exists() or (plain and (not as_root or reachable_by_all(run))):
        return data
    base = Path("/var/lib") if as_root else Path.home() / ".local" / "share"
    return base / "glasshouse" / hashlib.sha256(str(run).encode()).hexdigest()[:12]
