"""HTTP routes of the payment service."""

from typing import Annotated, Any

from fastapi import Request, Response

from services.payment import commands, queries, webhook
from services.payment.orders import Orders
from services.payment.schemas import (
    OrderPaymentsResponse,
    PaymentRequest,
    PaymentResponse,
    ProviderResult,
    WebhookResponse,
)
from services.payment.settings import Settings
from services.payment.settle import Settler
from services.payment.vault import Vault
from services.shared.auth import CurrentUser
from services.shared.bodies import Router
from services.shared.database import DatabaseDep
from services.shared.idempotency_key import IdempotencyKey
from services.shared.openapi import headers, problems
from services.shared.parts import part
from services.shared.schemas import Identifier

__all__ = ["router"]

router = Router(prefix="/api/payments", tags=["payments"])

_SIGNED = ("X-Provider-Timestamp", "X-Provider-Signature")
_CALL: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ProviderResult.model_json_schema()}},
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in _SIGNED
    ],
}


OrdersDep = Annotated[Orders, part(Orders)]
VaultDep = Annotated[Vault, part(Vault)]
SettlerDep = Annotated[Settler, part(Settler)]
SettingsDep = Annotated[Settings, part(Settings)]


@router.post(
    "", status_code=202, responses={202: headers("Location", "Idempotency-Replayed"), **problems(403, 404, 409)}
)
async def pay(
    body: PaymentRequest,
    user: CurrentUser,
    database: DatabaseDep,
    orders: OrdersDep,
    vault: VaultDep,
    settler: SettlerDep,
    settings: SettingsDep,
    response: Response,
    key: IdempotencyKey = None,
) -> PaymentResponse:
    """Pay an own order with a card. It is `processing` until the provider has told its result."""
    payment, repeated = await commands.accept(
        database=database,
        orders=orders,
        vault=vault,
        attempts=settings.attempts_per_order,
        user=user,
        request=body,
        key=key,
    )
    settler.wake()
    if repeated:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Location"] = f"/api/payments/{body.order_id}"
    return payment


@router.post(
    "/webhook",
    responses=problems(400, 401, 404, 415),
    openapi_extra=_CALL,
)
async def provider_calls(request: Request, database: DatabaseDep, settings: SettingsDep) -> WebhookResponse:
    """For the payment provider: the result of a charge, signed. What is known already is acknowledged too."""
    timestamps, signatures = (request.headers.getlist(name) for name in _SIGNED)
    outcome = await webhook.receive(
        database=database,
        secret=settings.webhook_secret,
        timestamps=timestamps,
        signatures=signatures,
        body=await request.body(),
    )
    return WebhookResponse(outcome=outcome)


@router.get("/{order_id}", responses=problems(404))
async def payments_of_order(
    order_id: Identifier, user: CurrentUser, database: DatabaseDep
) -> OrderPaymentsResponse:
    """The latest payment of an order, and all attempts (its owner, or an admin)."""
    return await queries.payments_of_order(database, order_id, user)
