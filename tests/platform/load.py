"""A short, realistic load with all that the dashboards speak of: customers, and things that go wrong."""

import asyncio
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import aio_pika
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.native import rabbitmq, secrets
from deploy.native.layout import Layout
from deploy.native.supervisor import Supervisor
from tests.platform.client import Admin, Client, Customer, wait_for
from tests.platform.faults import metric, stopped

PEER = "product-service"
PRODUCTS = (f"{PEER}-1", f"{PEER}-2")
ORDER = {"productId": "1", "quantity": 1}


def customers(platform: Layout) -> None:
    """One buys after a declined card, one changes their mind, one finds no stock, one edits the catalogue."""
    with Customer(platform) as customer, Admin(platform) as admin:
        customer.sign_up()
        admin.sign_in()
        product = admin.add_product(stock=10)
        for _ in range(5):
            customer.http.get("/api/products?limit=20")
            customer.http.get(f"/api/products/{product}")
        bought = customer.reserved_order(product)
        customer.pay(bought, "declined")
        customer.until(bought, "payment_failed")
        customer.pay(bought)
        customer.until(bought, "paid")
        cancelled = customer.reserved_order(product)
        customer.http.put(f"/api/orders/{cancelled}/status", json={"status": "cancelled"})
        customer.until(customer.order(product, quantity=100), "rejected")
        customer.http.get(f"/api/orders/user/{customer.id}")
        customer.http.get("/api/orders/unknown")
        admin.http.put(f"/api/products/{product}", json={"priceCents": 1_100})
    with Client(platform) as stranger:  # a token of a key that nobody knows: the keys are fetched again
        key = Ed25519PrivateKey.generate()
        token = jwt.encode({"sub": "x"}, key, algorithm="EdDSA", headers={"kid": uuid.uuid4().hex})
        for path in ("/api/orders/1", "/api/payments/1"):
            stranger.http.get(path, headers={"Authorization": f"Bearer {token}"})


def burst(platform: Layout) -> None:
    """Somebody guesses passwords, faster than the gateway lets them."""
    with Client(platform) as guesser:
        body = {"email": "nobody@example.com", "password": "a wrong guess"}
        statuses = {guesser.http.post("/api/users/login", json=body).status_code for _ in range(40)}
    assert 429 in statuses


def failures(platform: Layout) -> None:
    """A replica that is gone; both replicas hanging until the breaker opens; a poison message."""
    with Customer(platform) as customer:
        customer.sign_up()
        with stopped(platform, PRODUCTS[0]):
            for number in range(10):
                assert customer.http.get(f"/api/products/{number + 1}").status_code == 200
        with hanging(platform, *PRODUCTS):
            for _ in range(12):
                assert customer.http.post("/api/orders", json=ORDER).status_code == 503

        def closed() -> list[float]:
            customer.http.post("/api/orders", json=ORDER)  # the trial that a breaker waits for
            return metric(platform, "order-service", "circuit_breaker_state", breaker=PEER, state="closed")

        wait_for("the breakers to close", closed, all)
    asyncio.run(_poison(platform))  # last: a replica that is stopped forgets what it counted


@contextmanager
def hanging(platform: Layout, *programs: str) -> Iterator[None]:
    """The programs accept connections and answer nothing."""
    states = Supervisor(platform).states()
    pids = [states[name].pid for name in programs]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    for name in programs:
        httpx.get(f"{platform.url(name)}/health", timeout=20)


async def _poison(platform: Layout) -> None:
    url = rabbitmq.url(platform, secrets.ensure(platform.secrets))
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange("shop.events", ensure=False)
        for attempt in (1, 2):  # the second looks like another attempt
            message = aio_pika.Message(b"no event", message_id=uuid.uuid4().hex, headers={"x-attempt": attempt})
            await exchange.publish(message, "order.created")
