"""What a service opened is closed at its end, however that comes about."""

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from deploy.installation.secrets import Secrets
from observability.logging import setup_logging
from observability.tasks import Tasks
from services.product.store import Store
from services.provider.ledger import Ledger
from services.provider.worker import Worker
from services.shared.database import Database
from services.shared.events.broker import Broker
from services.shared.peer import Peer
from services.user.passwords import Passwords
from tests.free_ports import free_port

PARTS = {
    "user": {"Database": 1, "Redis": 1, "Passwords": 1, "Tasks": 1},
    "product": {"Store": 1, "Redis": 1, "Peer": 1, "Broker": 1, "Tasks": 2},
    "order": {"Database": 1, "Peer": 2, "Broker": 1, "Tasks": 2},
    "payment": {"Database": 1, "Peer": 3, "Broker": 1, "Tasks": 2},
    "provider": {"Ledger": 1, "Worker": 1, "Tasks": 2},
}  # with the tasks that create_app starts


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many parts of each kind were closed; each of them then fails."""
    seen: Counter[str] = Counter()

    def watch(kind: type[Any], name: str) -> None:
        close = getattr(kind, name)

        async def close_and_fail(self: Any, *args: Any, **options: Any) -> None:
            seen[kind.__name__] += 1
            await close(self, *args, **options)
            raise OSError(kind.__name__)

        monkeypatch.setattr(kind, name, close_and_fail)

    for kind in (Database, Ledger, Store, Peer, Broker, Passwords):
        watch(kind, "close")
    watch(Worker, "close")
    watch(Redis, "aclose")
    watch(Tasks, "stop")
    return seen


@pytest.mark.parametrize("service", PARTS)
async def test_every_part_is_closed(service: str, closed: Counter[str], keys: Secrets, tmp_path: Path) -> None:
    """The app ends in an exception, and so does each part when it is closed: none is left out."""
    setup_logging("lifespans", "critical")
    address = f"127.0.0.1:{free_port()}"
    given = {
        "database_url": f"sqlite:///{tmp_path / 'ledger'}"
        if service == "provider"
        else f"postgresql+asyncpg://nobody@{address}/none",
        "mongo_url": f"mongodb://{address}/none",
        "redis_url": f"redis://{address}/0",
        "amqp_url": f"amqp://{address}/",
        **{f"{peer}_service_url": f"http://{address}" for peer in ("user", "product", "order")},
        "payment_provider_url": f"http://{address}",
        "payment_webhook_url": f"http://{address}",
        "token_key_file": keys.token_key_file,
        "webhook_secret": "0" * 16,
        "provider_key": "0" * 16,
        "card_key": "A" * 43 + "=",
    }
    settings = importlib.import_module(f"services.{service}.settings").Settings
    known = {name: value for name, value in given.items() if name in settings.model_fields}
    app = importlib.import_module(f"services.{service}.main").create(settings(**known))
    with pytest.raises(OSError, match="Tasks"):
        async with app.router.lifespan_context(app):
            raise LookupError("at work")
    assert closed == PARTS[service]
