"""Which service a request at the gateway is counted for: a section of prometheus/gateway.mtail."""

import re
from pathlib import Path

from deploy.installation.services import PUBLIC

PROGRAM = Path(__file__).parents[2] / "prometheus" / "gateway.mtail"
_SECTION = re.compile(
    r"(?<=  # Made by python -m docs\.api\.build: services\.\n).*?(?=  # Until here\.)", re.DOTALL
)


def text() -> str:
    """The program, with a rule for each path of the services."""
    rules = "".join(
        f'  /"path":"{_pattern(path)}/ {{\n    part = "{service.name}"\n  }}\n'
        for service in PUBLIC
        for path in service.routes
    )
    made, sections = _SECTION.subn(lambda _: rules, PROGRAM.read_text("utf-8"))
    assert sections == 1
    return made


def _pattern(path: str) -> str:
    """As the gateway passes it on: a path below /api/ with all that follows it."""
    return path.replace(".", r"\.").replace("/", r"\/") + (r'[\/"]' if path.startswith("/api/") else '"')
