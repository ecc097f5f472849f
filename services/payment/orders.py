"""What the order service says of an order that somebody wants to pay."""

from typing import Annotated

from pydantic import StringConstraints

from services.payment.states import PAYABLE
from services.shared.answers import Answer
from services.shared.auth import Caller
from services.shared.errors import Conflict, Forbidden, NotFound, Unauthorized, Unavailable
from services.shared.money import Cents, Currency
from services.shared.peer import Peer
from services.shared.schemas import Identifier

__all__ = ["Orders", "PayableOrder"]


class PayableOrder(Answer):
    """What is asked of an order before it is paid."""

    id: Identifier
    user_id: Identifier
    status: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
    total_cents: Cents
    currency: Currency


class Orders:
    """The orders of the order service."""

    def __init__(self, order_service: Peer) -> None:
        self._peer = order_service

    async def payable(self, order_id: str, user: Caller) -> PayableOrder:
        """The order, asked for with the user's token. Raises a ProblemError when this user cannot pay it now."""
        answer = await self._peer.get(
            "/api/orders/{order_id}", headers={"Authorization": f"Bearer {user.token}"}, order_id=order_id
        )
        if answer.status_code == 404:
            raise NotFound("There is no such order.")
        if answer.status_code == 401:
            raise Unauthorized("The token is not valid.", is_sent=True)
        order = self._peer.read(answer, PayableOrder)
        if order.id != order_id:
            raise Unavailable(f"{self._peer.name} answered with another order.")
        if order.user_id != user.id:  # an admin sees everybody's orders
            raise Forbidden("Only its owner pays an order.")
        if order.status == "pending":
            raise Conflict(
                "The order waits for its stock; try again.",
                kind="stock-not-reserved",
                retry_after=1,
                orderStatus="pending",
            )
        if order.status not in PAYABLE:
            raise Conflict(f"The order is {order.status}.", kind="wrong-state", orderStatus=order.status)
        return order
