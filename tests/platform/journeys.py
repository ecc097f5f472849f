"""Makes every journey of the trace contract on a running platform."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from deploy.installation import services
from deploy.installation.layout import Layout
from deploy.installation.services import instances
from tests.contract.traces import Contract, contract
from tests.platform.client import Admin, Customer
from tests.platform.messages import wait_for_answers
from tests.platform.parts import parts
from tests.platform.traces import Trace, TraceStore, new_traceparent
from tests.waiting import LIMIT, wait_for

SERVICES = tuple(service.name for service in services.SERVICES)
JOURNEYS = ("browse", "register", "login", "order", "pay", "decline", "checkout", "cancel", "expire", "edit")
UNTRACED = ("order", "pay")  # the same two without a client that sends `traceparent`: plain curl


@dataclass(frozen=True)
class Walk:
    """A journey that was made, and where its trace is. order_id: empty where there is none."""

    contract: Contract
    trace_id: str
    request_id: str
    order_id: str


class Walks:
    """Makes the journeys, each under one root of its own, with things of its own, and gets their traces."""

    def __init__(self, platform: Layout, store: TraceStore, age_order: Callable[[str], None]) -> None:
        self.store = store
        self.customer, self.admin = Customer(platform), Admin(platform)
        self._platform = platform
        self._age_order = age_order
        self._gateway = "gateway" in self.store.services()
        self._email = ""
        self.product = ""
        self.made: dict[str, Walk] = {}

    def make(self) -> None:
        """All journeys, one after the other; returns when every span of them is in the store."""
        with self.customer, self.admin:
            self.customer.sign_up()
            self.admin.sign_in()
            self.product = self.admin.add_product(stock=10)
            warm_up(self._platform, self.customer, self.admin, self.product)
            self.register({})
            self.login({})  # Redis is told our scripts, once
            wait_for_answers(self._platform)
            self.made = {journey: self._walk(journey) for journey in JOURNEYS} | self._untraced()
        self._wait_for_spans()

    def trace(self, journey: str) -> Trace:
        """What the store has of a journey."""
        return self.store.get(self.made[journey].trace_id)

    def _walk(self, journey: str) -> Walk:
        trace_id, span_id, traceparent = new_traceparent()
        request_id = f"{journey}-{uuid.uuid4().hex}"
        order_id = getattr(self, journey)({"traceparent": traceparent, "X-Request-ID": request_id}) or ""
        self.store.send_root(trace_id, span_id, journey)
        return Walk(contract(journey, with_gateway=self._gateway), trace_id, request_id, order_id)

    def _untraced(self) -> dict[str, Walk]:
        ids = {journey: f"{journey}-{uuid.uuid4().hex}" for journey in UNTRACED}
        order_id = self.order({"X-Request-ID": ids["order"]})
        self._pay({"X-Request-ID": ids["pay"]}, order_id, "good", "paid")
        return {
            f"{journey} untraced": Walk(
                contract(journey, with_client=False, with_gateway=self._gateway),
                self._begun(request_id),
                request_id,
                order_id,
            )
            for journey, request_id in ids.items()
        }

    def _begun(self, request_id: str) -> str:
        found = wait_for(
            f"a trace of {request_id}", lambda: self.store.search(*SERVICES, shop_request_id=request_id)
        )
        return next(iter(found))

    def _wait_for_spans(self) -> None:
        """Until nothing is missing, or time is up; then until all that had ended by then has been exported."""
        deadline = time.monotonic() + LIMIT
        waiting = list(self.made.values())
        while waiting and time.monotonic() < deadline:
            time.sleep(0.2)
            waiting = [walk for walk in waiting if not walk.contract.is_complete(self.store.get(walk.trace_id))]
        wait_for_exports(self._platform, self.store)

    def browse(self, headers: dict[str, str]) -> None:
        """Each page for the first time, and one for the second."""
        product = self.admin.add_product(stock=1)  # so that nothing is cached
        paths = (f"?q={uuid.uuid4().hex}", "/categories", f"/{product}", f"/{product}")
        for path in paths:
            self.customer.http.get(f"/api/products{path}", headers=headers).raise_for_status()

    def register(self, headers: dict[str, str]) -> None:
        """A new email each time."""
        self._email = f"w-{uuid.uuid4().hex}@example.com"
        body = {"email": self._email, "password": "a good password"}
        self.customer.http.post("/api/users/register", json=body, headers=headers).raise_for_status()

    def login(self, headers: dict[str, str]) -> None:
        """Whoever registered last."""
        body = {"email": self._email, "password": "a good password"}
        answer = self.customer.http.post("/api/users/login", json=body, headers=headers).raise_for_status()
        refresh = {"refreshToken": answer.json()["refreshToken"]}
        self.customer.http.post("/api/users/refresh", json=refresh, headers=headers).raise_for_status()

    def order(self, headers: dict[str, str]) -> str:
        """Until its stock is reserved."""
        order_id = self.customer.order(self.product, 1, **headers)
        self.customer.until(order_id, "awaiting_payment")
        return order_id

    def look(self, headers: dict[str, str], order_id: str) -> None:
        """As the pages of orders do."""
        for path in (order_id, f"user/{self.customer.id}"):
            self.customer.http.get(f"/api/orders/{path}", headers=headers).raise_for_status()

    def pay(self, headers: dict[str, str]) -> str:
        """An order of another trace."""
        return self._pay(headers, self.order({}), "good", "paid")

    def decline(self, headers: dict[str, str]) -> str:
        """An order of another trace."""
        return self._pay(headers, self.order({}), "declined", "payment_failed")

    def checkout(self, headers: dict[str, str]) -> str:
        """All of it."""
        self.admin.stock_now(self.product)  # so that nothing is cached
        self.customer.http.get(f"/api/products/{self.product}", headers=headers).raise_for_status()
        order_id = self._pay(headers, self.order(headers), "good", "paid")
        self.look(headers, order_id)
        return order_id

    def cancel(self, headers: dict[str, str]) -> str:
        """By its owner."""
        order_id = self.order({})
        path, body = f"/api/orders/{order_id}/status", {"status": "cancelled"}
        self.customer.http.put(path, json=body, headers=headers).raise_for_status()
        return order_id

    def expire(self, headers: dict[str, str]) -> str:
        """By time."""
        order_id = self.order(headers)
        self._age_order(order_id)
        self.customer.until(order_id, "cancelled", limit=60)  # nothing expires 30 s after a start
        return order_id

    def edit(self, headers: dict[str, str]) -> None:
        """A new name."""
        body = {"name": "Renamed", "category": "Test", "priceCents": 1_000}
        self.admin.http.put(f"/api/products/{self.product}", json=body, headers=headers).raise_for_status()

    def _pay(self, headers: dict[str, str], order_id: str, card: str, becomes: str) -> str:
        self.customer.pay(order_id, card, **headers).raise_for_status()
        self.customer.until(order_id, becomes)
        return order_id


def wait_for_exports(platform: Layout, store: TraceStore) -> None:
    """Until all spans of the services that had ended by now are in the store."""
    trace_id, _, traceparent = new_traceparent()
    processes = {instance for service in SERVICES for instance in instances(service)}
    for instance in processes:  # spans leave a process in the order of their ends: this is the last one
        httpx.get(f"{platform.url(instance)}/last", headers={"traceparent": traceparent})
    wait_for(
        "the last span of each process",
        lambda: {span.instance.rpartition(".")[0] for span in store.get(trace_id).spans},
        lambda seen: seen == {parts(platform).telemetry_name(name) for name in processes},
    )


def warm_up(platform: Layout, customer: Customer, admin: Admin, product: str) -> None:
    """Let each process see a token: with the first, it fetches the keys of tokens, once."""
    shopper, manager = (who.http.headers["Authorization"] for who in (customer, admin))
    stock = {"url": f"/api/products/{product}/stock", "json": {"delta": 0}}
    for service, method, what, token in (
        ("order-service", "GET", {"url": "/api/orders/nothing"}, shopper),
        ("payment-service", "GET", {"url": "/api/payments/nothing"}, shopper),
        ("product-service", "POST", stock, manager),
    ):
        for instance in instances(service):
            with httpx.Client(base_url=platform.url(instance), headers={"Authorization": token}) as one:
                assert one.request(method, **what).status_code in (200, 404)
