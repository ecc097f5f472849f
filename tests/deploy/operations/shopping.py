"""Customers who shop for a while, in every way that an order can end."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Customer


def place_mixed(customer: Customer, product: str) -> dict[str, str]:
    """An order of every ending, by its name."""
    orders = {name: customer.reserved_order(product) for name in ("paid", "declined", "cancelled", "refunded")}
    customer.pay(orders["paid"])
    customer.pay(orders["declined"], "declined")
    customer.pay(orders["refunded"])
    for name in ("cancelled", "refunded"):
        cancelled = customer.http.put(f"/api/orders/{orders[name]}/status", json={"status": "cancelled"})
    orders["awaiting"] = customer.reserved_order(product)
    orders["rejected"] = customer.order(product, 100)
    customer.until(orders["paid"], "paid")
    customer.until(orders["declined"], "payment_failed")
    customer.until(orders["rejected"], "rejected")
    if cancelled.status_code == 409:  # writes were held, and the payment was faster
        customer.until(orders["refunded"], "paid")
    else:
        customer.until_payment(orders["refunded"], "refunded")
    return orders


class _Patient(httpx.BaseTransport):
    """Asks again when the answer is 503, as Retry-After says, only sooner."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        while True:
            answer = self._transport.handle_request(request)
            if answer.status_code != 503:
                return answer
            time.sleep(float(answer.headers["Retry-After"]) / 4)
            answer.close()

    def close(self) -> None:
        self._transport.close()


@contextmanager
def shoppers(platform: Layout, number: int) -> Iterator[list[str]]:
    """Customers who place, pay and cancel inside the block; the orders that they were done with, so far."""
    placed: list[str] = []
    enough = threading.Event()
    with Admin(platform) as admin:
        admin.sign_in()
        products = [admin.add_product(stock=99) for _ in range(number)]

    def shop(product: str) -> None:
        with Customer(platform) as customer:
            customer.http._transport = _Patient(customer.http._transport)
            customer.sign_up()
            while not enough.is_set():
                placed.extend(place_mixed(customer, product).values())

    with ThreadPoolExecutor(number) as pool:
        at_work = [pool.submit(shop, product) for product in products]
        try:
            yield placed
        finally:
            enough.set()
        for one in at_work:
            one.result()
