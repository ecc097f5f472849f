"""MongoDB, or what stands in for it, lets in nobody without a password."""

from collections.abc import Callable, Iterator
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure

from deploy.installation import secrets
from deploy.installation.addresses import Stores, own_mongo_url
from deploy.installation.layout import Layout
from deploy.native import mongo
from tests.services.infrastructure import isolated_layout, running_mongo

Client = pymongo.MongoClient[dict[str, Any]]
Attempt = Callable[[Client], object]

ATTEMPTS: dict[str, Attempt] = {
    "read": lambda client: client["products"]["products"].find_one(),
    "write": lambda client: client["products"]["products"].insert_one({"_id": "mine"}),
    "list": lambda client: client.list_database_names(),
    "drop": lambda client: client.drop_database("products"),
    "make a user": lambda client: client["admin"].command("createUser", "me", pwd="mine", roles=["root"]),
}


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    with isolated_layout() as layout:
        yield layout


@pytest.fixture(scope="module")
def keys(layout: Layout) -> Iterator[secrets.Secrets]:
    """The passwords of an instance that runs."""
    keys = secrets.ensure(layout.secrets)
    with running_mongo(layout, keys):
        yield keys


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
@pytest.mark.parametrize("login", ["", "products:wrong@", "root:wrong@"])
def test_strangers_are_refused(layout: Layout, keys: secrets.Secrets, login: str, attempt: Attempt) -> None:
    """Whoever has no password, or a wrong one, can do nothing."""
    address = f"mongodb://{login}127.0.0.1:{layout.port('mongo')}/?directConnection=true"
    with Client(address) as client, pytest.raises(OperationFailure):
        attempt(client)


def test_the_service_has_its_own_database_only(layout: Layout, keys: secrets.Secrets) -> None:
    """It reads and writes there; the databases of others, users and its own rights are closed to it."""
    with Client(own_mongo_url(Stores.of(layout).mongo, keys)) as client:
        client["products"]["things"].insert_one({"_id": 1})
        assert client["products"]["things"].find_one() == {"_id": 1}
        for attempt in (
            lambda: client["other"]["things"].find_one(),
            lambda: client["other"]["things"].insert_one({}),
            lambda: client["local"]["oplog.rs"].find_one(),
            lambda: client["products"].command("createUser", "me", pwd="mine", roles=["root"]),
            lambda: client["products"].command(
                "grantRolesToUser", "products", roles=[{"role": "root", "db": "admin"}]
            ),
        ):
            with pytest.raises(OperationFailure):
                attempt()


def test_users_are_made_once_and_again_for_new_passwords() -> None:
    """A second start finds them; other secrets (the file was lost, or replaced) become the passwords."""
    with isolated_layout() as layout:
        first = secrets.ensure(layout.secrets)
        mongo.prepare(layout, first)
        log = layout.logs / "mongo-users.log"
        began = log.stat().st_mtime_ns
        mongo.prepare(layout, first)
        assert log.stat().st_mtime_ns == began
        (layout.secrets / "products_password").unlink()
        second = secrets.ensure(layout.secrets)
        with running_mongo(layout, second), Client(own_mongo_url(Stores.of(layout).mongo, second)) as client:
            client["products"]["things"].find_one()
            with Client(own_mongo_url(Stores.of(layout).mongo, first)) as stale, pytest.raises(OperationFailure):
                stale["products"]["things"].find_one()
