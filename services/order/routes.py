"""HTTP routes of the order service."""

from typing import Annotated

from fastapi import Query, Response

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
from services.shared.database import DatabaseDep, SessionDep
from services.shared.errors import NotFound
from services.shared.idempotency import IdempotencyKey
from services.shared.openapi import headers, problems
from services.shared.parts import part
from services.shared.schemas import Digits, Identifier

__all__ = ["router"]

router = Router(prefix="/api/orders", tags=["orders"])

Limit = Annotated[Digits, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


CatalogueDep = Annotated[Catalogue, part(Catalogue)]
LimitsDep = Annotated[Limits, part(Limits)]


@router.post("", status_code=201, responses={201: headers("Location", "Idempotency-Replayed"), **problems(409)})
async def place_order(
    body: OrderRequest,
    user: CurrentUser,
    database: DatabaseDep,
    catalogue: CatalogueDep,
    limits: LimitsDep,
    response: Response,
    key: IdempotencyKey = None,
) -> OrderResponse:
    """Place an order. It is `pending` until stock is reserved; the same Idempotency-Key gives the same order."""
    placed, repeated = await commands.place_order(
        database=database, catalogue=catalogue, limits=limits, user=user, request=body, key=key
    )
    if repeated:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Location"] = f"/api/orders/{placed.id}"
    return placed


@router.get("", responses=problems(403))
async def all_orders(
    _: Admin, session: SessionDep, status: Status | None = None, limit: Limit = 20, cursor: Cursor = None
) -> OrderPageResponse:
    """All orders, newest first (admin)."""
    return await queries.list_orders(session, status=status, limit=limit, cursor=cursor)


@router.get("/statistics", responses=problems(403))
async def order_statistics(_: Admin, session: SessionDep) -> OrderStatisticsResponse:
    """How many orders are in each state, and the revenue of the last day and week (admin)."""
    return await queries.statistics(session)


@router.get("/user/{user_id}", responses=problems(404))
async def orders_of_user(
    user_id: Identifier, user: CurrentUser, session: SessionDep, limit: Limit = 20, cursor: Cursor = None
) -> OrderPageResponse:
    """A user's orders, newest first (the user, or an admin)."""
    if not (user.is_admin or user.id == user_id):
        raise NotFound("There is no such user.")
    return await queries.list_orders(session, user_id=user_id, limit=limit, cursor=cursor)


@router.get("/{order_id}", responses=problems(404))
async def order(order_id: Identifier, user: CurrentUser, session: SessionDep) -> OrderResponse:
    """One order (its owner, or an admin)."""
    return await queries.get_order(session, order_id, user)


@router.get("/{order_id}/history", responses=problems(404))
async def order_history(order_id: Identifier, user: CurrentUser, session: SessionDep) -> OrderTimelineResponse:
    """What happened to an order, step by step, with times (its owner, or an admin)."""
    return await queries.timeline_of(session, order_id, user)


@router.put("/{order_id}/status", responses=problems(404, 409))
async def change_status(
    order_id: Identifier, body: StatusRequest, user: CurrentUser, session: SessionDep
) -> OrderResponse:
    """Cancel (owner, admin) or fulfil (admin) an order; 409 when its state does not allow it."""
    await commands.change_status(
        session=session, user=user, order_id=order_id, status=body.status, reason=body.reason
    )
    return await queries.get_order(session, order_id, user)
