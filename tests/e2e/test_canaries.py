"""Redaction in every output: secrets are sent through every place of every route, and come out nowhere."""

import asyncio
import json
import os
import re
from collections.abc import Iterator

import asyncpg
import httpx
import pytest

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.installation.services import instances
from deploy.operations import dead_letters
from tests.platform.canaries import Canaries, found_in, outputs, requests_of, spans
from tests.platform.client import Admin, Customer
from tests.platform.journeys import SERVICES, wait_for_exports
from tests.platform.messages import Recorder
from tests.platform.traces import TraceStore
from tests.waiting import wait_for

SEEN = f"seen-{os.urandom(8).hex()}"  # what is no secret, and so is found
TABLES = {"orders": ("outbox", "inbox", "idempotency_keys"), "payments": ("outbox", "inbox", "idempotency_keys")}


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    """Of this run."""
    return Canaries()


@pytest.fixture(scope="module")
def answers(platform: Layout, canaries: Canaries) -> list[httpx.Response]:
    """What came back for all of it, when every log line is written and every span is stored."""
    with Admin(platform) as admin, Customer(platform) as customer, Recorder(platform) as messages:
        admin.sign_in()
        customer.sign_up()
        got = [*_every_route(platform, canaries, admin), *_as_in_life(canaries, admin, customer)]
        asyncio.run(_break_a_constraint(platform, canaries))
        got.append(admin.http.post("/otlp/v1/traces", json=spans(canaries)))
        with TraceStore(platform) as store:
            wait_for_exports(platform, store)
        seen = [repr((m.headers, m.message_id, m.correlation_id, m.routing_key)) for m in messages.all()]
        assert not found_in("\n".join(seen).encode(), canaries)
    return got


def _every_route(platform: Layout, canaries: Canaries, admin: Admin) -> Iterator[httpx.Response]:
    yield admin.http.get("/api/products", headers={"X-Request-ID": SEEN})
    for service in SERVICES:
        own = platform.url((instances(service))[0])
        document = httpx.get(f"{own}/openapi.json").json()
        with httpx.Client(base_url=own, timeout=20) as direct:
            for request in requests_of(document, canaries, admin.tokens["token"]):
                through = (
                    admin.http if request.path.startswith("/api/") and "webhook" not in request.path else direct
                )
                yield through.request(request.method, request.path, headers=request.headers, json=request.json)
    for path in (f"/pages/{canaries.card}", f"/{canaries.token}", f"/health/{canaries.card}", "/otlp/v1/x", "/.x"):
        agent = {
            "User-Agent": f"pages {canaries.key}",
            "Referer": f"http://x/?token={canaries.password}",
        }
        yield admin.http.get(path, headers=agent)
        yield admin.http.get(f"{path}/{'x' * 300}{canaries.card}.png?password={canaries.password}", headers=agent)


def _as_in_life(canaries: Canaries, admin: Admin, customer: Customer) -> Iterator[httpx.Response]:
    """Where a secret belongs: accounts, cards; and where people write one by mistake."""
    account = {"email": f"canary-{os.urandom(4).hex()}@example.com", "password": canaries.password}
    for path in ("register", "register", "login"):
        yield admin.http.post(f"/api/users/{path}", json=account)
    yield admin.http.post("/api/users/login", json={**account, "password": f"wrong{canaries.password}"})
    yield admin.http.post("/api/users/refresh", json={"refreshToken": canaries.token})
    product = admin.add_product(stock=3)
    order = customer.reserved_order(product)
    card = {"number": canaries.card, "expMonth": 12, "expYear": 2040, "cvc": "123"}
    answer = customer.http.post("/api/payments", json={"orderId": order, "card": card})
    if answer.status_code == 202:
        wait_for("the payment's end", lambda: customer.payment(order)["status"] in ("succeeded", "failed"))
    yield answer
    yield customer.pay(order)
    customer.until(order, "paid")


async def _break_a_constraint(platform: Layout, canaries: Canaries) -> None:
    """PostgreSQL tells of the row and of the statement, in its own log too."""
    url = StoreUrls(platform).postgres("orders")
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for secret in (canaries.card, canaries.password):
        row = f"('u', 'r', '{secret}', 'f', 'i')"
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                f"INSERT INTO idempotency_keys (user_id, route, key, fingerprint, resource_id) VALUES {row}, {row}"
            )
    await connection.close()


def test_no_answer_repeats_a_secret(answers: list[httpx.Response], canaries: Canaries) -> None:
    """Headers of every answer, and the body of every refusal: names, messages and details."""
    assert len(answers) > 100
    assert {200, 201, 401, 404, 422} <= {answer.status_code for answer in answers}
    assert not [answer for answer in answers if answer.status_code >= 500]
    said = [
        (str(answer.headers) + (answer.text if answer.status_code >= 400 else "")).encode() for answer in answers
    ]
    assert not [found for text in said for found in found_in(text, canaries)]


@pytest.mark.usefixtures("answers")
def test_no_log_and_no_trace_holds_a_secret(platform: Layout, canaries: Canaries) -> None:
    """Every line of every program, and every span with its index; the harmless word beside it is there."""
    written = dict(outputs(platform))
    found = {name: hits for name, text in written.items() if (hits := found_in(text, canaries))}
    assert not found, json.dumps(found, indent=1)
    for place in ("gateway", "product-service", "traces.sqlite"):  # so this is where to look
        assert any(SEEN.encode() in text for name, text in written.items() if name.startswith(place)), place


@pytest.mark.usefixtures("answers")
def test_no_metric_holds_a_secret(platform: Layout, canaries: Canaries) -> None:
    """Labels are bounded: nothing that a client sends becomes one."""
    names = [name for service in SERVICES for name in (instances(service))]
    for name in names:
        assert not found_in(httpx.get(f"{platform.url(name)}/metrics").content, canaries)


@pytest.mark.usefixtures("answers")
def test_no_table_beside_the_data_holds_a_secret(platform: Layout, canaries: Canaries) -> None:
    """Outbox, inbox and keys of idempotency keep ids of requests and of messages."""

    async def read(database: str) -> list[str]:
        url = StoreUrls(platform).postgres(database).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        rows = [row for table in TABLES[database] for row in await connection.fetch(f"SELECT * FROM {table}")]
        await connection.close()
        return [str(dict(row)) for row in rows]

    for database in TABLES:
        assert not found_in("\n".join(asyncio.run(read(database))).encode(), canaries)


def test_a_dead_letter_shows_no_secret(platform: Layout, canaries: Canaries) -> None:
    """Whoever may publish can put anything into a message: what an operator and the logs see of it is redacted."""
    identifier = f"canary-{os.urandom(4).hex()}"
    url = StoreUrls(platform).amqp()

    async def put() -> None:
        import aio_pika

        async with await aio_pika.connect(url) as connection:
            message = aio_pika.Message(
                json.dumps({"password": canaries.password, "data": [*canaries.by_look]}).encode(),
                headers={"x-request-id": canaries.card, "traceparent": canaries.token},
                message_id=identifier, type=f"product.{canaries.card}", correlation_id=canaries.card,
            )  # fmt: skip
            await (await connection.channel()).default_exchange.publish(message, "order.products")

    async def letters() -> list[str]:
        return [repr(letter) async for letter in dead_letters.look(url, "order.products")]

    asyncio.run(put())
    shown = wait_for("the letter", lambda: [t for t in asyncio.run(letters()) if identifier in t])
    # the look may still hold it
    wait_for("its drop", lambda: asyncio.run(dead_letters.drop(url, "order.products", identifier)))
    assert not found_in("\n".join(shown).encode(), canaries)
    assert not [hit for _, text in outputs(platform) for hit in found_in(text, canaries)]
    assert re.search("redacted", shown[0])
