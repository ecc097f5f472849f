"""Bursts: very many people do the same thing at the same moment, each from an address of their own.

    .venv/bin/python -m loadtests.burst [--host http://127.0.0.1:8080] [--size 200]

registers, logs in, reads, orders and pays, and prints what was answered. On an idle machine all of it waits its
turn and succeeds; the exit code is 1 when anything else was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import ssl
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.installation.layout import Layout
from deploy.installation.numbers import positive
from loadtests.cards import card
from loadtests.target import is_loopback

__all__ = [
    *(
        "RIGHT",
        "Person",
        "Step",
        "login",
        "orders",
        "payments",
        "people",
        "reads",
        "register",
        "reserved",
        "together",
    ),
]

PASSWORD = "a password of the load"  # noqa: S105 - of accounts that nobody uses again
RIGHT = {"registrations": 201, "logins": 200, "reads": 200, "orders": 201, "payments": 202}
_LIMIT = 30.0  # seconds for one answer
_RESERVED = 60.0  # seconds for all orders to have their stock


@dataclass
class Person:
    """Somebody with an address, an account and an order."""

    client: httpx.AsyncClient
    number: int
    email: str = field(default_factory=lambda: f"burst-{secrets.token_hex(8)}@example.com")
    order: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(method, path, json=body)


Step = Callable[[Person], Awaitable[httpx.Response]]


async def people(stack: AsyncExitStack, host: str, tokens: Sequence[str]) -> list[Person]:
    """One person for each token; an empty one is got by logging in. They leave with the stack."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # one for all: making it takes milliseconds
    found = []
    for number, token in enumerate(tokens):
        address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"
        client = httpx.AsyncClient(
            base_url=host,
            transport=httpx.AsyncHTTPTransport(verify=context, local_address=address),
            headers={"User-Agent": "loadtest-burst", **({"Authorization": f"Bearer {token}"} if token else {})},
            timeout=_LIMIT,
            trust_env=False,
        )
        found.append(Person(await stack.enter_async_context(client), number))
    return found


async def together(crowd: Sequence[Person], step: Step) -> Counter[str]:
    """What was answered when all did this at once, each status with what a problem says of it."""
    answers = await asyncio.gather(*(step(person) for person in crowd))
    return Counter(
        str(answer.status_code) if answer.is_success else f"{answer.status_code} {answer.json().get('detail')}"
        for answer in answers
    )


async def register(person: Person) -> httpx.Response:
    return await person.ask("POST", "/api/users/register", {"email": person.email, "password": PASSWORD})


async def login(person: Person) -> httpx.Response:
    answer = await person.ask("POST", "/api/users/login", {"email": person.email, "password": PASSWORD})
    if answer.is_success:
        person.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return answer


async def reads(person: Person) -> httpx.Response:
    """A list that no cache has."""
    return await person.ask("GET", f"/api/products?maxPrice={secrets.randbelow(90_000_000) + 1_000_000}&limit=5")


def orders(products: Sequence[str]) -> Step:
    """One piece of one of these products."""

    async def step(person: Person) -> httpx.Response:
        product = products[person.number % len(products)]
        answer = await person.ask("POST", "/api/orders", {"productId": product, "quantity": 1})
        if answer.is_success:
            person.order = answer.json()["id"]
        return answer

    return step


async def reserved(crowd: Sequence[Person]) -> None:
    """Wait until all orders have their stock. Raises TimeoutError."""
    async with asyncio.timeout(_RESERVED):
        for person in crowd:
            while not await _is_reserved(person):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def _is_reserved(person: Person) -> bool:
    answer = await person.ask("GET", f"/api/orders/{person.order}")
    return answer.is_success and answer.json()["status"] != "pending"


async def payments(person: Person) -> httpx.Response:
    """Of the person's order, once it is reserved."""
    return await person.ask("POST", "/api/payments", {"orderId": person.order, "card": card("good")})


async def all_kinds(host: str, size: int) -> bool:
    """Each kind of burst, one after the other; whether all was answered as it should be."""
    async with AsyncExitStack() as stack:
        crowd = await people(stack, host, [""] * size)
        products = [item["id"] for item in (await crowd[0].ask("GET", "/api/products?limit=50")).json()["items"]]
        good = True
        steps = {"registrations": register, "logins": login, "reads": reads, "orders": orders(products)}
        for name, step in {**steps, "payments": payments}.items():
            if name == "payments":
                await reserved(crowd)
            began = time.monotonic()
            answers = await together(crowd, step)
            seconds = time.monotonic() - began
            print(f"{name:14} {seconds:5.1f} s  {dict(answers)}", flush=True)  # noqa: T201
            if set(answers) != {str(RIGHT[name])}:
                good = False
                break
        return good


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.burst", description=(__doc__ or "").split("\n")[0])
    here = f"http://127.0.0.1:{Layout.from_environment().port('gateway')}"
    parser.add_argument("--host", default=here, help=f"another address of this machine ({here})")
    parser.add_argument("--size", type=positive, default=200, help="how many people come at once")
    options = parser.parse_args(arguments)
    if not is_loopback(options.host):
        parser.error("only this machine may be loaded")
    try:
        httpx.get(f"{options.host}/api/products?limit=1", trust_env=False).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        parser.error(f"{options.host} does not answer as the shop does: {error}")
    return 0 if asyncio.run(all_kinds(options.host, options.size)) else 1


if __name__ == "__main__":
    sys.exit(main())
