"""Answers that RabbitMQ and the stores have."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.dlq import ask
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.installation.addresses import StoreUrls
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations import dead_letters
from deploy.operations.asking import CouldNotAskError
from deploy.operations.reconcile import reconcile
from services.shared.events.topology import QUEUES, dead_queue

__all__ = ["DeadLetters", "Orders"]

_SETTLE = 5.0  # seconds that a disagreement must last before it counts


@dataclass(frozen=True)
class DeadLetters:
    """The name of a queue in which dead letters lie."""

    def find(self, layout: Layout) -> Truth:
        """Which ones RabbitMQ has now."""
        counted = ask(dead_letters.count(StoreUrls(layout).amqp(), list(QUEUES)))
        found = {dead_queue(one.queue): one.letters for one in counted if one.letters}
        if not found:
            raise NotYetError("No queue of RabbitMQ holds a dead letter now.", "Do the steps of the lesson first.")
        return Truth(tuple(found), f"RabbitMQ has {sum(found.values())} dead letters there")


@dataclass(frozen=True)
class Orders:
    """How many orders the stores have, and agree about."""

    def find(self, layout: Layout) -> Truth:
        """What ./shop reconcile counts now."""
        try:
            result = reconcile(layout, _SETTLE)
        except CouldNotAskError as error:
            raise ShopError(str(error), "Is everything up? ./shop status") from error
        return Truth(
            (str(result.orders),),
            f"{result.orders} orders were compared, with {len(result.disagreements)} disagreements",
            "number",
        )
