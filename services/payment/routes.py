"""HTTP routes of the payment service."""

from typing import Annotated

from fastapi import Header, Request, Response

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

_RESULT = ProviderResult.model_json_schema()


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
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _RESULT}}}},
)
async def provider_calls(
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    x_provider_timestamp: Annotated[list[str], Header()] = [],  # noqa: B006 - FastAPI copies it
    x_provider_signature: Annotated[list[str], Header()] = [],  # noqa: B006
) -> WebhookResponse:
    """For the payment provider: the result of a charge, signed. What is known already is acknowledged too."""
    outcome = await webhook.receive(
        database=database,
        secret=settings.webhook_secret,
        timestamps=x_provider_timestamp,
        signatures=x_provider_signature,
        body=await request.body(),
    )
    return WebhookResponse(outcome=outcome)


@router.get("/{order_id}", responses=problems(404))
async def payments_of_order(
    order_id: Identifier, user: CurrentUser, database: DatabaseDep
) -> OrderPaymentsResponse:
    """The latest payment of an order, and all attempts (its owner, or an admin)."""
    return await queries.payments_of_order(database, order_id, user)
