"""Write the services' OpenAPI documents into this folder; no store is needed, for nothing is started.

    python frontend/api/describe.py

From them `npm run generate` makes the types in src/shared/api/generated.
"""

import importlib
import itertools
import json
import string
import sys
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from deploy.installation.services import PUBLIC

HERE = Path(__file__).parent
COUNTRIES = HERE.parent / "src/features/checkout/countries.json"
SERVICES = tuple(service.package for service in PUBLIC)
# The applications are made, not started: these need only look right.
_SETTINGS = {
    "database_url": "postgresql+asyncpg://localhost/none",
    "mongo_url": "mongodb://localhost/none",
    "redis_url": "redis://localhost/0",
    "amqp_url": "amqp://localhost/",
    "user_service_url": "http://localhost",
    "product_service_url": "http://localhost",
    "order_service_url": "http://localhost",
    "payment_provider_url": "http://localhost",
    "payment_webhook_url": "http://localhost",
    "webhook_secret": "0" * 16,
    "provider_key": "0" * 16,
    "card_key": "A" * 43 + "=",
}


def make_app(service: str) -> FastAPI:
    """The app of a service, not started."""
    settings_type = importlib.import_module(f"services.{service}.settings").Settings
    with tempfile.TemporaryDirectory() as folder:
        settings = {**_SETTINGS, "token_key_file": _write_key(Path(folder))}
        given = {name: value for name, value in settings.items() if name in settings_type.model_fields}
        app: FastAPI = importlib.import_module(f"services.{service}.main").create(settings_type(**given))
    return app


def _write_key(folder: Path) -> Path:
    """A key that signs nothing: the user service reads one when it is made."""
    path = folder / "key.pem"
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def describe(service: str) -> str:
    """The OpenAPI document of a service, as it is kept here."""
    document: dict[str, Any] = make_app(service).openapi()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def describe_countries() -> str:
    """What the order service wants of an address in each country, of city (c), state (s) and postal code (z).

    A capital letter: it is needed; a small one: there may be one; none: there is none.
    """
    countries = importlib.import_module("services.order.countries")
    letters = {"city": "c", "state": "s", "postal_code": "z"}
    forms = {}
    for one, two in itertools.product(string.ascii_uppercase, repeat=2):
        if place := countries.find_country(one + two):
            used = [name for name in letters if name in place.uses]
            needed = place.needs - {"state"}
            forms[one + two] = "".join(letters[n].upper() if n in needed else letters[n] for n in used)
    return json.dumps(forms, indent=2) + "\n"


def main() -> None:
    """Write all of them."""
    COUNTRIES.write_text(describe_countries(), encoding="utf-8")
    for service in SERVICES:
        (HERE / f"{service}.json").write_text(describe(service), encoding="utf-8")


if __name__ == "__main__":
    main()
