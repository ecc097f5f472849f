"""The provider's door: without its key nobody charges, refunds or reads."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.provider.main import create
from services.provider.settings import Settings
from tests.services.provider.helpers import KEY, Receiver, charge, provider

OPEN = {"/health", "/health/ready", "/metrics"}
WRONG = {
    "nothing": [],
    "another key": ["Bearer another key of the same size"],
    "a part of it": [f"Bearer {KEY[:-1]}"],
    "more than it": [f"Bearer {KEY}x"],
    "an empty one": ["Bearer "],
    "another scheme": [f"Basic {KEY}"],
    "no scheme": [KEY],
    "no ASCII": ["Bearer \u00fc"],
    "two": [f"Bearer {KEY}", f"Bearer {KEY}"],
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_every_route_needs_the_key(tmp_path: Path, wrong: str) -> None:
    """Each route of the document answers 401 and changes nothing, whatever else is right or wrong."""
    sent = [(b"Authorization", value.encode("latin-1")) for value in WRONG[wrong]]
    async with provider(tmp_path / "ledger.sqlite", Receiver(), provider_delay_seconds=60) as client:
        assert (await client.post("/charges", json=charge("p-1"))).status_code == 202
        before = (await client.get("/ledger")).text
        del client.headers["Authorization"]
        for path, operations in (await client.get("/openapi.json")).json()["paths"].items():
            for method in operations:
                url = path.format(payment_id="p-1")
                answer = await client.request(method, url, json=charge("p-2"), headers=sent)
                assert (answer.status_code, path in OPEN) == (401, False), (method, path)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
        for path in OPEN:
            assert (await client.get(path)).status_code == 200
        after = await client.get("/ledger", headers={"Authorization": f"bearer {KEY}"})
    assert after.text == before


def test_document_names_the_key() -> None:
    """Who reads the OpenAPI document learns that every route needs it."""
    key = SecretStr("0" * 16)
    settings = Settings(database_url="sqlite:///unused", webhook_secret=key, provider_key=key)
    document = create(settings).openapi()
    assert all(
        operation["security"] == [{"providerKey": []}]
        for operations in document["paths"].values()
        for operation in operations.values()
    )
