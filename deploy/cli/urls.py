"""./shop urls"""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from deploy.installation import broker_rights, readiness
from deploy.operations.installation import Installation

ADMIN = "admin@example.com"


def run(installation: Installation, console: Console, *, as_json: bool) -> int:
    """Show where everything answers, and the logins."""
    if as_json:
        print(json.dumps(collect(installation), indent=2))
    else:
        show(installation, console)
        if readiness.tcp(installation.layout.port("gateway"))():
            console.print("\nThe shop does not answer now. Start it: ./shop up")
    return 0


def collect(installation: Installation) -> dict[str, str | None]:
    """The address of each part; None for what this way of running does not have."""
    links = installation.links()

    def at(name: str) -> str:
        return installation.layout.page(name)

    def if_there(name: str) -> str | None:
        is_there, _ = links.get(name, (True, ""))
        return at(name) if is_there else None

    return {
        "shop": at("gateway"),
        "api": f"{at('gateway')}/api",
        "docs": f"{at('gateway')}/api/docs",
        "jaeger": at("jaeger"),
        "prometheus": if_there("prometheus"),
        "alertmanager": if_there("alertmanager"),
        "grafana": if_there("grafana"),
        "rabbitmq": at("rabbitmq-ui"),
        "locust": if_there("locust"),
    }


def show(installation: Installation, console: Console) -> None:
    """Print them, a line each: whole ones, also in a narrow window, since they are there to be copied."""
    notes, secrets = _notes(installation), installation.layout.secrets
    for name, address in collect(installation).items():
        _line(console, name, address or "-", notes.get(name, "") if address else "is not installed here")
    _line(console, "admin", ADMIN, _password(secrets / "admin_password"))
    if stand_ins := installation.stand_ins():
        _line(console, "stand-ins", "", stand_ins)
    if forwards := installation.port_forwards():
        console.print("\nEach answers while its command runs:")
    for command in forwards:
        console.print(f"  {command}", soft_wrap=True)


def _line(console: Console, name: str, what: str, note: str) -> None:
    line = Text.assemble((f"  {name:13}", "bold"), f"{what:34} ", (note, "dim"))
    line.rstrip()
    console.print(line, soft_wrap=True)


def _notes(installation: Installation) -> dict[str, str]:
    layout = installation.layout
    tls = layout.page("gateway-tls").replace("http:", "https:")
    notes = {
        "shop": f"the pages; TLS: {tls}",
        "api": "for programs, with rate limits",
        "docs": "the API's documents",
        "jaeger": "traces",
        "rabbitmq": "messages",
        **{name: note for name, (_, note) in installation.links().items()},
    }
    logins = {"rabbitmq": (broker_rights.ADMIN, "rabbitmq_password"), **installation.logins()}
    for name, (user, file) in logins.items():
        notes[name] += f"; user {user}, {_password(layout.secrets / file)}"
    return notes


def _password(file: Path) -> str:
    try:
        return f"password {file.read_text().strip()}"
    except OSError:
        return "its password is made by ./shop up"
