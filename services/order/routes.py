"""HTTP routes of the order service."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from services.order import commands, queries
from services.order.catalogue import Catalogue
from services.order.limits import Limits
from services.order.schemas import (
    OrderPageResponse,
    OrderRequest,
    OrderResponse,
    OrderStatisticsResponse,
    OrderTimelineResponse,
    StatusRequest,
)
from services.order.states import Status
from services.shared.auth import Admin, CurrentUser
from services.shared.bodies import Router
from services.shared.database import DatabaseDep
from services.shared.errors import NotFound
from services.shared.etag import finished, made
from services.shared.idempotency_key import IdempotencyKey
from services.shared.openapi import headers, problems
from services.shared.parts import part
from services.shared.schemas import DIGITS, Identifier
from services.shared.standby import Prefer, Standby, answer

__all__ = ["router"]

router = Router(prefix="/api/orders", tags=["orders"])

Limit = Annotated[int, Query(ge=1, le=100), DIGITS]
Cursor = Annotated[str | None, Query(max_length=200)]


CatalogueDep = Annotated[Catalogue, part(Catalogue)]
LimitsDep = Annotated[Limits, part(Limits)]
StandbyDep = Annotated[Standby, part(Standby)]
_CONDITIONAL: dict[int | str, dict[str, Any]] = {
    200: headers("ETag", "Preference-Applied"),
    304: {"description": "The client has it already", **headers("ETag", "Preference-Applied")},
}


@router.post(
    "",
    status_code=201,
    response_model=OrderResponse,
    responses={201: headers("Location", "ETag", "Idempotency-Replayed"), **problems(409)},
)
async def place_order(
    body: OrderRequest,
    user: CurrentUser,
    database: DatabaseDep,
    catalogue: CatalogueDep,
    limits: LimitsDep,
    key: IdempotencyKey = None,
) -> Response:
    """Place an order. It is `pending` until stock is reserved; the same Idempotency-Key gives the same order."""
    placed, repeated = await commands.place_order(
        database=database, catalogue=catalogue, limits=limits, user=user, request=body, key=key
    )
    sent = {"Location": f"/api/orders/{placed.id}"}
    if repeated:
        sent["Idempotency-Replayed"] = "true"
    return made(finished(placed), sent)


@router.get("", responses=problems(403))
async def all_orders(
    _: Admin, database: DatabaseDep, status: Status | None = None, limit: Limit = 20, cursor: Cursor = None
) -> OrderPageResponse:
    """All orders, newest first (admin)."""
    return await queries.list_orders(database, status=status, limit=limit, cursor=cursor)


@router.get("/statistics", responses=problems(403))
async def order_statistics(_: Admin, database: DatabaseDep) -> OrderStatisticsResponse:
    """How many orders are in each state, and the revenue of the last day and week (admin)."""
    return await queries.statistics(database)


@router.get("/user/{user_id}", responses=problems(404))
async def orders_of_user(
    user_id: Identifier, user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None
) -> OrderPageResponse:
    """A user's orders, newest first (the user, or an admin)."""
    if not (user.is_admin or user.id == user_id):
        raise NotFound("There is no such user.")
    return await queries.list_orders(database, user_id=user_id, limit=limit, cursor=cursor)


@router.get("/{order_id}", response_model=OrderResponse, responses=_CONDITIONAL | problems(404))
async def order(
    order_id: Identifier,
    request: Request,
    user: CurrentUser,
    database: DatabaseDep,
    standby: StandbyDep,
    prefer: Prefer = None,
) -> Response:
    """One order (its owner, or an admin). With If-None-Match and `Prefer: wait=9` it is answered when it moves."""

    async def read() -> bytes:
        return finished(await queries.get_order(database, order_id, user))

    return await answer(request, standby, read, thing=order_id, caller=user.id, prefer=prefer)


@router.get("/{order_id}/history", responses=problems(404))
async def order_history(order_id: Identifier, user: CurrentUser, database: DatabaseDep) -> OrderTimelineResponse:
    """What happened to an order, step by step, with times (its owner, or an admin)."""
    return await queries.timeline_of(database, order_id, user)


@router.put("/{order_id}/status", responses=problems(404, 409))
async def change_status(
    order_id: Identifier, body: StatusRequest, user: CurrentUser, database: DatabaseDep
) -> OrderResponse:
    """Cancel (owner, admin) or fulfil (admin) an order; 409 when its state does not allow it."""
    await commands.change_status(
        database=database, user=user, order_id=order_id, status=body.status, reason=body.reason
    )
    return await queries.get_order(database, order_id, user)
