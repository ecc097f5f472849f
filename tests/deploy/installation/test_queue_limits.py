"""Every queue that keeps messages has a limit in messages and in bytes, natively and in containers alike."""

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.installation.queue_limits import MESSAGE_BYTES, policies
from services.shared.events import topology

ROOT = Path(__file__).parents[3]
QUEUES = [
    topology.tap(),
    *(topology.replay_queue(service) for service in topology.PUBLISHED),
    *(spec for name in topology.QUEUES for spec in topology.family(name)),
]


def _limits(spec: topology.QueueSpec) -> dict[str, Any]:
    """As the broker finds them: the policy with the highest priority, and the queue's arguments."""
    matching: list[Any] = [p for p in policies("shop") if re.search(str(p["pattern"]), spec.name)]
    first = sorted(matching, key=lambda policy: -policy["priority"])[:1]
    of_the_queue = {name.removeprefix("x-"): value for name, value in spec.arguments.items()}
    return {**(first[0]["definition"] if first else {}), **of_the_queue}


@pytest.mark.parametrize("spec", QUEUES, ids=lambda spec: spec.name)
def test_each_queue_has_both_limits(spec: topology.QueueSpec) -> None:
    """And refuses what is too much, but for those whose oldest messages may go."""
    limits = _limits(spec)
    assert limits["max-length"] > 0
    assert limits["max-length-bytes"] > 0
    may_drop = spec.name == topology.TAP or spec.name.endswith(".replay")
    assert (limits.get("overflow") == "reject-publish") is not may_drop


def test_containers_limit_messages_alike() -> None:
    """One number in both ways of running."""
    text = (ROOT / "deploy/containers/rabbitmq.conf").read_text(encoding="utf-8")
    assert f"max_message_size = {MESSAGE_BYTES}\n" in text
