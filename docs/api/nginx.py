"""What the gateway has from other files: paths of services, kinds of problems, limits as clients see them."""

import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from deploy.installation.services import PUBLIC
from services.shared.problems import KINDS

_LIMITS = Path(__file__).parents[2] / "gateway" / "limits.conf.template"
_MADE = "# Made by python -m docs.api.build from {source}: do not edit."
_ZONE = re.compile(r"^limit_req_zone \S+ +zone=(?P<zone>\w+):\S+ +rate=(?P<rate>\d+)r/s;", re.MULTILINE)
_BURST = re.compile(r"^limit_req zone=(?P<zone>\w+) +burst=(?P<burst>\d+) +nodelay;", re.MULTILINE)
_CONNECTIONS = re.compile(r"^limit_conn connections (?P<most>\d+);", re.MULTILINE)
# The limits that a request of a class counts for; those for a token only where it has one.
_CLASSES = {
    "read": ("read_address", "read_token"),
    "write": ("write_address", "write_token"),
    "credentials": ("credential_address",),
    "spans": ("spans_address", "spans_all"),
}


@dataclass(frozen=True)
class Limit:
    """A leaky bucket: `burst` requests at once, of which `rate` a second leave it."""

    zone: str
    rate: int
    burst: int

    @property
    def name(self) -> str:
        """What clients call it."""
        return self.zone.replace("_", "-")

    @property
    def policy(self) -> str:
        """A member of RateLimit-Policy: the burst, and the seconds in which it is free again."""
        return f'"{self.name}";q={self.burst};w={ceil(self.burst / self.rate)}'

    @property
    def used_up(self) -> str:
        """A member of RateLimit: nothing is left until the time of Retry-After."""
        return f'"{self.name}";r=0;t=$retry_after'


def limits() -> dict[str, Limit]:
    """What limits.conf sets, by zone."""
    text = _LIMITS.read_text("utf-8")
    rates = {found["zone"]: int(found["rate"]) for found in _ZONE.finditer(text)}
    bursts = {found["zone"]: int(found["burst"]) for found in _BURST.finditer(text)}
    assert rates.keys() == bursts.keys() == {zone for zones in _CLASSES.values() for zone in zones}, (
        rates,
        bursts,
    )
    return {zone: Limit(zone, rate, bursts[zone]) for zone, rate in rates.items()}


def files() -> dict[str, str]:
    """The templates, by name."""
    return {
        "problem_kinds.conf.template": _kinds(),
        "policies.conf.template": _policies(),
        "services.conf.template": _services(),
    }


def _services() -> str:
    """Which paths belong to which service. The image's entrypoint finds the names of the services here."""
    return "\n".join(
        [
            _MADE.format(source="deploy/installation/services.py"),
            *(
                f"location {_place(path)} {{ proxy_pass http://{service.name}; }}"
                for service in PUBLIC
                for path in service.routes
            ),
            f"location ~ ^/health/(?<checked>{'|'.join(service.package for service in PUBLIC)})(-service)?$ {{",
            "    proxy_pass http://$checked-service/health/ready;",
            "}",
            "",
        ]
    )


def _place(path: str) -> str:
    return f"~ ^{path}(/|$)" if path.startswith("/api/") else f"= {path}"


def _kinds() -> str:
    general = sorted((kind for kind in KINDS.values() if kind.general), key=lambda kind: kind.status)
    names = [f"    {kind.status} {kind.name};" for kind in general]
    titles = [f'    {kind.name} "{kind.title}";' for kind in KINDS.values()]
    return "\n".join(
        [
            _MADE.format(source="services/shared/problems.toml"),
            "map $status $general_kind {",
            *names,
            "    default internal-server-error;",
            "}",
            "map $problem_kind $problem_title {",
            *titles,
            "}",
            "",
        ]
    )


def _policies() -> str:
    known = limits()
    rules = {}
    for name, zones in _CLASSES.items():
        by_address = [known[zone] for zone in zones if not zone.endswith("_token")]
        by_token = [known[zone] for zone in zones if zone.endswith("_token")]
        rules[f"~^{name} "] = by_address
        if by_token:
            rules = {f"~^{name} .": by_address + by_token, **rules}  # the first that fits holds
    most = _CONNECTIONS.search(_LIMITS.read_text("utf-8"))
    assert most
    policies = [
        f"    \"{rule}\" '{', '.join(limit.policy for limit in counted)}';" for rule, counted in rules.items()
    ]
    left = [
        f"    \"{rule}\" '{', '.join(limit.used_up for limit in counted)}';" for rule, counted in rules.items()
    ]
    return "\n".join(
        [
            _MADE.format(source="limits.conf.template"),
            "# Of a refused request: the limits that it counted for. Nginx does not say which of them refused it.",
            'map "$limit_class $token" $request_policies {',
            *policies,
            "}",
            'map "$limit_class $token" $request_limits {',
            *left,
            "}",
            "# A limit of connections counts no requests.",
            "map $limit_conn_status $limit_policies {",
            f'    REJECTED \'"connections";q={most["most"]};qu="concurrent-requests"\';',
            "    default  $request_policies;",
            "}",
            "map $limit_conn_status $limits_left {",
            "    REJECTED '\"connections\";r=0;t=$retry_after';",
            "    default  $request_limits;",
            "}",
            "",
        ]
    )
