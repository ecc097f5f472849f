"""A product service in the test's process, with keys that the test holds; and cuts to what it depends on."""

import gc
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from services.product.main import create
from services.product.settings import Settings
from services.shared.auth import TokenVerifier
from services.shared.parts import provide
from tests.free_ports import free_port
from tests.services.support import running

_KEY = Ed25519PrivateKey.generate()


def bearer(role: str, user: str = "u-1") -> dict[str, str]:
    """The headers of a caller with this role."""
    now = int(time.time())
    claims = {"sub": user, "role": role, "iss": "user-service", "aud": "shop", "iat": now, "exp": now + 3600}
    return {"Authorization": f"Bearer {jwt.encode(claims, _KEY, 'EdDSA', headers={'kid': 'test'})}"}


ADMIN = bearer("admin")


async def _jwks() -> dict[str, Any]:
    return {"keys": [{**OKPAlgorithm.to_jwk(_KEY.public_key(), as_dict=True), "kid": "test", "alg": "EdDSA"}]}


@asynccontextmanager
async def product_service(mongo_url: str, redis_url: str | None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running service. redis_url: None is a Redis that is down; the broker always is."""
    down = f"127.0.0.1:{free_port()}"
    app = create(
        Settings(
            mongo_url=mongo_url,
            redis_url=redis_url or f"redis://{down}/0",
            amqp_url=f"amqp://guest:guest@{down}/",
            user_service_url=f"http://{down}",
        )
    )
    provide(app, TokenVerifier(_jwks))
    async with running(app) as client:
        yield client
    with warnings.catch_warnings():
        # PyMongo leaves its socket to the collector when it is cancelled while it connects.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
