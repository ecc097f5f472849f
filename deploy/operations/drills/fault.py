"""A fault as data: one file of faults/ says what breaks, how, and what must be seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.installation.errors import UsageError
from deploy.installation.layout import CHECKOUT
from deploy.installation.suggestions import one_of
from deploy.operations.drills import broker, certificate, flag, flood, postgres, programs, redis
from deploy.operations.drills.place import How
from deploy.operations.drills.typed import FileError, read_file, read_way

__all__ = [
    "FOLDER",
    "REASONS",
    "WAYS",
    "Alert",
    "Cause",
    "Fault",
    "Log",
    "Metric",
    "Panel",
    "Possible",
    "Span",
    "faults",
    "names",
    "one",
]

FOLDER = CHECKOUT / "faults"
REASONS = (  # what can be wrong with a part, in the words that whoever looks for the cause has to use
    *("process stopped", "process frozen", "crash loop", "network slow", "network cut"),
    *("requests fail", "requests slow", "event loop blocked", "processor load", "memory leak", "disk full"),
    *("too many requests", "too many queries", "cache misses", "lock held", "connections exhausted"),
    *("unreadable messages", "consumer stopped", "webhooks late", "webhooks doubled", "webhooks lost"),
    *("payments declined", "wrong data", "certificate near expiry", "clock skew"),
)
WAYS: dict[str, type[Any]] = {
    "stop": programs.Stop,
    "freeze": programs.Freeze,
    "crash": programs.Crash,
    "lock": postgres.Lock,
    "shut-out": postgres.ShutOut,
    "pause": redis.Pause,
    "poison": broker.Poison,
    "no-space": broker.NoSpace,
    "certificate": certificate.ShortCertificate,
    "flood": flood.Flood,
    "flag": flag.Flag,
}


@dataclass(frozen=True)
class Alert:
    """An alert that must fire. within: seconds since the fault; over_within: seconds since its repair."""

    alert: str
    service: str
    within: float
    over_within: float


@dataclass(frozen=True)
class Possible:
    """An alert that may fire, and why. service: empty for any."""

    alert: str
    why: str
    service: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel that shows it: the name of a dashboard in grafana/dashboards, and the panel's title."""

    dashboard: str
    title: str


@dataclass(frozen=True)
class Metric:
    """A question in PromQL that has an answer only while the fault lasts."""

    query: str
    says: str


@dataclass(frozen=True)
class Log:
    """A log event that a program writes because of the fault, and a text that its line contains."""

    program: str
    event: str
    contains: str = ""


@dataclass(frozen=True)
class Span:
    """A span of a service that names the cause: attributes of the span that a search in the trace store finds."""

    service: str
    says: str
    attributes: dict[str, str] = field(default_factory=dict)
    event: str = ""  # an event that it has


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What a fault's file says of it, except how it breaks something.

    part: where it is. reason: what is wrong there, one of `REASONS`. spreads_to: other parts that notice it.
    """

    title: str
    what: str
    part: str
    reason: str
    blast_radius: str
    customer: str
    heals: str
    seconds: float
    panels: tuple[Panel, ...]
    spreads_to: tuple[str, ...] = ()
    must: tuple[Alert, ...] = ()
    may: tuple[Possible, ...] = ()
    metrics: tuple[Metric, ...] = ()
    logs: tuple[Log, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Written(_Facts):
    """The file, word for word."""

    how: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What breaks something: its name, the name of the way, and what it does."""

    name: str
    way: str
    how: How


@dataclass(frozen=True, kw_only=True)
class Fault(_Facts, Cause):
    """What a file of faults/ says. seconds: how long it lasts in `./shop drill all`."""

    def where(self, panel: Panel) -> str:
        """The dashboard of one of its panels, and which service is chosen there."""
        is_of_one = panel.dashboard == "service" and self.part.endswith("-service")
        return f"the dashboard {panel.dashboard}{f', for {self.part}' if is_of_one else ''}"


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all faults."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def faults(folder: Path = FOLDER) -> list[Fault]:
    """All faults. Raises FileError."""
    return [one(name, folder) for name in names(folder)]


def one(name: str, folder: Path = FOLDER) -> Fault:
    """The fault of this name. Raises UsageError: there is none, or its file is not as it must be."""
    path = folder / f"{name}.toml"
    if name not in names(folder):
        raise UsageError(f"There is no fault {name!r}.", one_of(name, names(folder)))
    written = read_file(_Written, path)
    if written.reason not in REASONS:
        raise FileError(
            f"{folder.name}/{path.name} does not know the reason {written.reason!r}.",
            one_of(written.reason, REASONS),
        )
    way, how = read_how(written.how, f"[how] in {folder.name}/{path.name}")
    rest = {key: value for key, value in vars(written).items() if key != "how"}
    return Fault(name=name, way=way, how=how, **rest)


def read_how(table: dict[str, Any], place: str) -> tuple[str, How]:
    """The name of the way, and what it does. place: where the table stands, for messages. Raises FileError."""
    return read_way(WAYS, table, place)
