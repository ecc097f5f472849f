"""How much RabbitMQ may keep: policies, since the arguments of a queue cannot change while it exists.

A full work, retry or dead-letter queue refuses messages: they stay in the outbox, or come again. The tap, whose
limits are its arguments, drops its oldest. Questions for events again are all alike, so the oldest may go too.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.installation.services import BROKER_USERS

MESSAGE_BYTES = 4 * 2**20  # far more than any event has
_REFUSE = {"overflow": "reject-publish"}
_LIMITS: Mapping[str, tuple[str, dict[str, object]]] = {
    "work": (rf"^({'|'.join(BROKER_USERS)})\.[a-z]+$", {"max-length": 50_000, "max-length-bytes": 64 * 2**20}),
    "retry": (r"\.retry\.[0-9]+$", {"max-length": 10_000, "max-length-bytes": 16 * 2**20, **_REFUSE}),
    "dead": (r"\.dead$", {"max-length": 10_000, "max-length-bytes": 32 * 2**20, **_REFUSE}),
    "replay": (r"\.replay$", {"max-length": 1_000, "max-length-bytes": 2**20}),
}


def policies(vhost: str, *, dead: Mapping[str, object] | None = None) -> list[dict[str, object]]:
    """The limits as policies of RabbitMQ's definitions. dead: further ones for dead letters.

    One policy holds for a queue, the one with the highest priority.
    """
    return [
        {
            "vhost": vhost,
            "name": name,
            "pattern": pattern,
            "apply-to": "queues",
            "definition": {**limits, **((dead or {}) if name == "dead" else {})},
            "priority": 1 if name == "replay" else 0,
        }
        for name, (pattern, limits) in _LIMITS.items()
    ]
