"""The provider's door: whoever charges, refunds or reads must send its key, as card processors have it."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from services.provider.settings import Settings
from services.shared.errors import Unauthorized
from services.shared.parts import part

__all__ = ["key_holder"]

_bearer = HTTPBearer(auto_error=False, scheme_name="providerKey")  # names it in OpenAPI


async def key_holder(
    request: Request, settings: Annotated[Settings, part(Settings)], _: Annotated[object, Depends(_bearer)]
) -> None:
    """Let those in who send `Authorization: Bearer <key>`, once. Raises Unauthorized.

    Compared in constant time, so that the answer's time says nothing of how much of a key was right.
    """
    sent = request.headers.getlist("authorization")
    scheme, _, given = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    key = settings.provider_key.get_secret_value()
    is_right = hmac.compare_digest(given.encode("latin-1", "replace"), key.encode())
    if scheme.lower() != "bearer" or not is_right:
        raise Unauthorized("The key of the provider is needed.")
