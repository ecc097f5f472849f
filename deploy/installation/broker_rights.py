"""Who may do what at the broker: a user for each service with the least rights, an administrator, a monitor.

A service owns what begins with its name, and publishes only its own types. It may besides do what keeps events
from being lost (services/shared/events/upkeep.py): make the exchanges that all share and the tap, and bind the
queues of those who must get its events, or its question for events again. The administrator is for people (the
UI) and for `./shop`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.shared.events import topology

VHOST = "shop"
ADMIN = "shop"  # the one user of older installations, which so becomes the administrator
MONITOR = "monitoring"  # sees that the node is well; no message and no queue's content
SERVICES = tuple(topology.PUBLISHED)
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}
_SHARED = (topology.EXCHANGE, topology.DEAD_EXCHANGE, topology.REPLAY_EXCHANGE, topology.TAP_EXCHANGE)


def definitions(passwords: Mapping[str, str], policies: Iterable[Mapping[str, object]]) -> dict[str, Any]:
    """What RabbitMQ loads at each start. passwords: of every user."""
    tags = {ADMIN: "administrator", MONITOR: "monitoring"}
    granted = {ADMIN: _EVERYTHING, **{service: rights(service) for service in SERVICES}}
    return {
        "users": [
            {
                "name": user,
                "password_hash": _hash(user, password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [tags[user]] if user in tags else [],
                "limits": {},
            }
            for user, password in passwords.items()
        ],
        "vhosts": [{"name": VHOST}],
        "permissions": [{"user": user, "vhost": VHOST, **granted[user]} for user in granted],
        "topic_permissions": [
            {"user": service, "vhost": VHOST, **right} for service in SERVICES for right in topic_rights(service)
        ],
        "policies": list(policies),
    }


def rights(service: str) -> dict[str, str]:
    """The names of what a service may make and delete, change and publish to, read and bind to."""
    own = rf"{re.escape(service)}\..*"
    readers = [queue for kind in topology.PUBLISHED[service] for queue in topology.consumers(kind)]
    asked = [
        topology.replay_queue(other).name
        for other, kinds in topology.PUBLISHED.items()
        if not {*kinds}.isdisjoint(_consumed(service))
    ]
    made = [own, *map(re.escape, (*_SHARED, topology.TAP))]
    return {
        "configure": _any_of(made),
        "write": _any_of([*made, *map(re.escape, (*readers, *asked))]),
        "read": _any_of([own, *map(re.escape, _SHARED)]),
    }


def topic_rights(service: str) -> list[dict[str, str]]:
    """By exchange: the routing keys with which a service may publish, and bind."""
    published = topology.PUBLISHED[service]
    consumed = _consumed(service)

    def right(exchange: str, write: Iterable[str], read: Iterable[str]) -> dict[str, str]:
        return {"exchange": exchange, "write": _keys(write), "read": _keys(read)}

    return [
        right(topology.EXCHANGE, published, (*published, *consumed)),
        right(topology.REPLAY_EXCHANGE, consumed, (*published, *consumed)),
        right(topology.TAP_EXCHANGE, published, ["#"]),
    ]


def _consumed(service: str) -> list[str]:
    return [kind for queue in topology.queues_of(service) for kind in topology.QUEUES[queue]]


def _keys(keys: Iterable[str]) -> str:
    return _any_of(re.escape(key) for key in keys)


def _any_of(patterns: Iterable[str]) -> str:
    return f"^({'|'.join(dict.fromkeys(patterns))})$"


def _hash(user: str, password: str) -> str:
    """The same for the same password, so that the file changes only when something does."""
    salt = hashlib.sha256(f"{user}:{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
