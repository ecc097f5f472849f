"""./shop buy: one purchase, told step by step, and where to see what it caused."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from deploy.cli import urls
from deploy.cli.first_scrape import wait_for_first_scrape
from deploy.cli.terminal import clean, shown
from deploy.installation.errors import ShopError, reason
from deploy.installation.layout import Layout
from deploy.operations.installation import Installation
from loadtests.cards import card
from loadtests.root_span import Span, send

__all__ = ["CLIENT", "ROOT", "at", "run"]

CLIENT = "shop-cli"  # the name of this client in traces
ROOT = "purchase"  # the name of the span that begins them
_PATIENCE = 60.0  # seconds until the order must have moved; a silent provider is asked after some seconds
_POLL = 0.05  # seconds between two looks at the order where a request cannot wait for it
_WAIT = "wait=9"  # seconds that one request waits for the order to move (RFC 7240)
_PASSWORD = "a purchase from the terminal"  # noqa: S105  of a customer who exists for one purchase
_DECIDED = {"silent": "The provider does not call back, so the payment service asks"}
_FINAL = {"paid", "payment_failed", "rejected", "cancelled"}


@dataclass
class _Purchase:
    """A customer at the gateway. All steps have one request id, and one trace whose root is `root`."""

    http: httpx.Client
    console: Console
    root: Span
    request_id: str
    began: float = field(default_factory=time.monotonic)
    ended: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[Span]:
        """One line of the story: what happens, and how long it took."""
        span, began = Span(name, self.root), time.monotonic()
        self.http.headers["traceparent"] = span.traceparent
        try:
            with self.console.status(shown(text)):
                yield span
        except Exception as error:
            span.error = self.root.error = str(error)
            raise
        finally:
            self.ended.append(span.ended())
        self._tell("✓", "green", text, time.monotonic() - began)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of an answer. Raises `ShopError` for any answer but success."""
        return self.content(self.http.request(method, path, json=body))

    def content(self, answer: httpx.Response) -> Any:
        """The JSON of an answer. Raises `ShopError` for any answer but success."""
        method, path = answer.request.method, answer.request.url.path
        try:
            document = answer.json()
            if answer.is_success:
                return document
            detail = f"{document['title']}. {document['detail']}"
        except (ValueError, KeyError, TypeError):
            detail = "that is no answer of the shop" if answer.is_success else answer.reason_phrase
        raise ShopError(f"{method} {path} was answered {answer.status_code}: {detail}", _look(self.request_id))

    def until(self, order: dict[str, Any], etag: str, good: Callable[[str], bool]) -> tuple[dict[str, Any], str]:
        """The order and its ETag, once its status is good. Raises `ShopError`."""
        deadline = time.monotonic() + _PATIENCE
        while not good(order["status"]):
            if time.monotonic() > deadline:
                raise ShopError(
                    f"The order is still {order['status']} after {_PATIENCE:.0f} s.", _look(self.request_id)
                )
            known = {"If-None-Match": etag, "Prefer": _WAIT}
            answer = self.http.get(f"/api/orders/{order['id']}", headers=known)
            etag = answer.headers.get("ETag", "")
            if answer.status_code != httpx.codes.NOT_MODIFIED:
                order = self.content(answer)
            if "Preference-Applied" not in answer.headers and not good(order["status"]):
                time.sleep(_POLL)
        return order, etag

    def _tell(self, mark: str, colour: str, text: str, seconds: float) -> None:
        line = Text.assemble(f"  {time.monotonic() - self.began:6.2f} s  ", (mark, colour), f" {clean(text)} ")
        line.append(f"{seconds * 1000:,.0f} ms", "dim")
        self.console.print(line, soft_wrap=True)


def run(installation: Installation, console: Console, *, product: str | None, quantity: int, card: str) -> int:
    """Buy something; 0 when the order is paid, 1 when it is not."""
    layout = installation.layout
    wait_for_first_scrape(layout, console)
    request_id = f"buy-{uuid.uuid4().hex}"
    root = Span(ROOT, attributes={"shop.request.id": request_id})
    headers = {"X-Request-ID": request_id}
    try:
        with httpx.Client(base_url=layout.url("gateway"), headers=headers, timeout=20, trust_env=False) as http:
            purchase = _Purchase(http, console, root, request_id)
            try:
                order = _buy(purchase, product, quantity, card)
            finally:
                lost = _export(layout, [*purchase.ended, root.ended()])
    except httpx.HTTPError as error:
        raise ShopError(f"The shop does not answer: {reason(error)}", "Is it up? ./shop status") from error
    _show(installation, console, order, root, request_id, time.monotonic() - purchase.began)
    if lost:
        console.print("[yellow]![/] The trace store did not take the root:", shown(lost), soft_wrap=True)
    return 0 if order["status"] == "paid" else 1


def at(transport: httpx.BaseTransport, console: Console) -> None:
    """A purchase by another way than the gateway. Raises ShopError when it does not end as it should."""
    root, request_id = Span(ROOT), f"buy-{uuid.uuid4().hex}"
    headers = {"X-Request-ID": request_id}
    try:
        with httpx.Client(
            base_url="http://shop", transport=transport, headers=headers, timeout=20, trust_env=False
        ) as http:
            order = _buy(_Purchase(http, console, root, request_id), None, 1, "good")
    except httpx.HTTPError as error:
        raise ShopError(f"An answer broke off: {reason(error)}", _look(request_id)) from error
    except (LookupError, TypeError, ValueError) as error:
        raise ShopError(f"An answer has not what it should: {error!r}", _look(request_id)) from error
    if order["status"] != "paid":
        raise ShopError(f"The order is {order['status']}, and not paid.", _look(request_id))


def _buy(purchase: _Purchase, product: str | None, quantity: int, kind: str) -> dict[str, Any]:
    email = f"buyer-{uuid.uuid4().hex[:12]}@example.com"
    account = {"email": email, "password": _PASSWORD}
    with purchase.step("register", f"{email} opens an account"):
        purchase.call("POST", "/api/users/register", account)
    with purchase.step("log in", "The user service checks the password and signs a token"):
        token = purchase.call("POST", "/api/users/login", account)["token"]
    purchase.http.headers["Authorization"] = f"Bearer {token}"
    with purchase.step("browse", "The product service shows the catalogue"):
        offers = purchase.call("GET", "/api/products?limit=100")["items"]
        chosen = product or _plentiful(offers, quantity)
        if chosen is None:
            raise ShopError(f"No product has {quantity} in stock.", "Buy fewer: --quantity 1")
    found = purchase.call("GET", f"/api/products/{chosen}")
    with purchase.step("order", f"The order service takes an order of {quantity} x {found['name']}"):
        lines = [{"productId": chosen, "quantity": quantity}]
        answer = purchase.http.post("/api/orders", json={"items": lines})
        order = purchase.content(answer)
        purchase.root.attributes["shop.order.id"] = order["id"]
    with purchase.step("wait for the stock", "An event asks the product service to reserve the stock"):
        order, etag = purchase.until(order, answer.headers.get("ETag", ""), lambda status: status != "pending")
    if order["status"] != "awaiting_payment":
        return order
    amount = f"{order['totalCents'] / 100:.2f} {order['currency']}"
    with purchase.step("pay", f"The payment service accepts a card for {amount}"):
        purchase.call("POST", "/api/payments", {"orderId": order["id"], "card": card(kind)})
    decided = _DECIDED.get(kind, "The provider calls back")
    with purchase.step("wait for the payment", f"{decided}; an event tells the order service"):
        order, _ = purchase.until(order, etag, _FINAL.__contains__)
    return order


def _plentiful(offers: list[dict[str, Any]], quantity: int) -> str | None:
    """The product of which there is most: others may have taken the last ones of what the page shows."""
    most = max(offers, key=lambda item: item["stock"], default=None)
    return most["id"] if most and most["stock"] >= quantity else None


def _export(layout: Layout, spans: list[dict[str, Any]]) -> str:
    """Why the trace store did not take the spans; empty when it did."""
    try:
        send(layout.url("otlp"), CLIENT, spans)
    except OSError as error:
        return reason(error)
    return ""


def _show(
    installation: Installation,
    console: Console,
    order: Mapping[str, Any],
    root: Span,
    request_id: str,
    seconds: float,
) -> None:
    status = order["status"]
    style = "bold green" if status == "paid" else "bold red"
    reason = f" ({order['reason']})" if order.get("reason") else ""
    end = Text.assemble((clean(status), style), f"{clean(reason)} after {seconds:.2f} s.\n")
    console.print("\n  The order is", end, soft_wrap=True)
    addresses = urls.collect(installation)
    links = {
        "trace": f"{addresses['jaeger']}/trace/{root.trace_id}",
        "dashboard": f"{addresses['grafana']}/d/glasshouse-checkout" if addresses["grafana"] else None,
        "logs": f"./shop logs --request {request_id}",
        "story": f"./shop trace {order['id']}",
    }
    for name, where in links.items():
        if where is not None:
            console.print(f"  [bold]{name:11}[/]{where}", soft_wrap=True)


def _look(request_id: str) -> str:
    return f"See what happened: ./shop trace {request_id}"
