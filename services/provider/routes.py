"""HTTP routes of the payment provider, all behind its door. The gateway has no way to them."""

from collections.abc import Iterator
from functools import partial
from typing import IO, Annotated

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse

from observability.spans import annotate
from services.provider import commands, queries
from services.provider.door import key_holder
from services.provider.ledger import Ledger
from services.provider.schemas import ChargeRequest, ChargeResponse, LedgerPageResponse, RefundResponse
from services.provider.settings import Settings
from services.provider.worker import Worker
from services.shared.bodies import Router
from services.shared.openapi import problems
from services.shared.parts import part
from services.shared.schemas import DIGITS, Identifier

__all__ = ["router"]

router = Router(tags=["provider"], dependencies=[Depends(key_holder)])

SettingsDep = Annotated[Settings, part(Settings)]
WorkerDep = Annotated[Worker, part(Worker)]
LedgerDep = Annotated[Ledger, part(Ledger)]


@router.post("/charges", status_code=202, responses=problems(409))
async def charge(
    body: ChargeRequest, ledger: LedgerDep, settings: SettingsDep, worker: WorkerDep
) -> ChargeResponse:
    """Charge a card. The result is told by a call back, and by asking; a repeated request changes nothing."""
    annotate(payment_id=body.payment_id)
    charged, decided_in = await commands.charge(ledger=ledger, request=body, settings=settings)
    worker.wake(decided_in)
    return charged


@router.get("/charges/{payment_id}", responses=problems(404))
async def get_charge(payment_id: Identifier, ledger: LedgerDep) -> ChargeResponse:
    """A charge as it stands."""
    annotate(payment_id=payment_id)
    return await queries.get_charge(ledger, payment_id)


@router.post("/charges/{payment_id}/refunds", responses=problems(404, 409))
async def refund(payment_id: Identifier, ledger: LedgerDep) -> RefundResponse:
    """Refund the whole charge; a repeated request changes nothing."""
    annotate(payment_id=payment_id)
    return await commands.refund(ledger=ledger, payment_id=payment_id)


@router.get("/ledger")
async def get_ledger(
    ledger: LedgerDep,
    limit: Annotated[int, Query(ge=1, le=500), DIGITS] = 100,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> LedgerPageResponse:
    """All charges with their refunds, in the order they came: to be compared with one's own books."""
    return await queries.list_entries(ledger, limit=limit, cursor=cursor)


@router.get("/ledger/copy", response_class=StreamingResponse)
async def copy_ledger(ledger: LedgerDep) -> StreamingResponse:
    """The whole ledger as it is now, a file of SQLite: for a backup."""
    return StreamingResponse(_blocks(await queries.copy(ledger)), media_type="application/vnd.sqlite3")


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from iter(partial(file.read, 1 << 16), b"")
