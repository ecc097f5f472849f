"""Write the services' OpenAPI documents into this folder; no store is needed, for nothing is started.

    python frontend/api/describe.py

From them `npm run generate` makes the types in src/shared/api/generated.
"""

import importlib
import itertools
import json
import string
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COUNTRIES = HERE.parent / "src/features/checkout/countries.json"
SERVICES = ("user", "product", "order", "payment")
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
    "token_key_file": "none",
    "webhook_secret": "0" * 16,
    "provider_key": "0" * 16,
    "card_key": "A" * 43 + "=",
}


def describe(service: str) -> str:
    """The OpenAPI document of a service, as it is kept here."""
    settings_type = importlib.import_module(f"services.{service}.settings").Settings
    given = {name: value for name, value in _SETTINGS.items() if name in settings_type.model_fields}
    app = importlib.import_module(f"services.{service}.main").create(settings_type(**given))
    document: dict[str, Any] = app.openapi()
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
    sys.path.insert(0, str(HERE.parent.parent))
    main()
