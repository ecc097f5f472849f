"""What a checkout costs, from the order until it is paid, in processor time of every process of the platform:

    .venv/bin/python -m loadtests.checkout [--users 1,4,16] [--seconds 15] [--poll]

The platform of this checkout must run natively, and be left alone. Processor time is user and system time as the
operating system counts it. What the platform costs while it is idle is measured first, and taken off. The time of
this client is not in it, but what its questions cost the platform is. `--poll` asks for the order every 20 ms, as
a client does that does not know of `Prefer: wait`. docs/scale.py computes from the result what more orders need.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.installation.layout import Layout
from deploy.installation.numbers import decimal
from deploy.native.supervisor import Supervisor
from loadtests.arguments import counts
from loadtests.cards import card
from loadtests.percentiles import percentile
from loadtests.running import running
from loadtests.tax.processes import processor_seconds

__all__ = ["Load", "main", "table"]

_PAUSE = 0.02  # seconds between two looks at an order, for a client that cannot wait
_WAIT = 10  # seconds that one request may wait
_PATIENCE = 30.0  # seconds until an order must have moved
_DELAY = 0.3  # seconds that the provider takes to decide about a card, by its settings
_ENOUGH = 50  # in stock, so that a product is not sold out during the run
_SETTLE = 2.0  # seconds after which what follows a checkout is done: stock is sold, spans are stored


@dataclass(frozen=True)
class Load:
    """So many users at once. per_second: checkouts. programs: milliseconds of processor time for each checkout."""

    users: int
    checkouts: int
    per_second: float
    p50: float
    p99: float
    milliseconds: float
    programs: dict[str, float]


class _User:
    """A customer with a connection and an address of their own."""

    def __init__(self, number: int, port: int, *, polls: bool) -> None:
        self._address = f"127.77.{number // 250}.{1 + number % 250}"
        self._port = port
        self._polls = polls
        self._headers = {"Host": "localhost", "User-Agent": "checkout-loadtest"}

    async def arrive(self) -> None:
        """Open an account and log in."""
        await self._connect()
        account = {"email": f"checkout-{uuid.uuid4().hex}@example.com", "password": "a password of the load"}
        await self._call("POST", "/api/users/register", 201, account)
        _, session = await self._call("POST", "/api/users/login", 200, account)
        self._headers["Authorization"] = f"Bearer {session['token']}"
        _, page = await self._call("GET", "/api/products?limit=100", 200)
        self._products = [item["id"] for item in page["items"] if item["stock"] >= _ENOUGH]

    async def buy(self) -> float:
        """Order, wait for the stock, pay, wait for the payment; the seconds it took."""
        began = time.perf_counter()
        item = {"productId": random.choice(self._products), "quantity": 1}
        heads, order = await self._call("POST", "/api/orders", 201, item, **_key())
        path = f"/api/orders/{order['id']}"
        tag = await self._until(path, "awaiting_payment", heads.get("etag", ""))
        payment = {"orderId": order["id"], "card": card("good")}
        await self._call("POST", "/api/payments", 202, payment, **_key())
        await self._until(path, "paid", tag)
        return time.perf_counter() - began

    def leave(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, local_addr=(self._address, 0)
        )

    async def _until(self, path: str, status: str, etag: str) -> str:
        """Wait for the status, knowing the order as `etag` has it, as the shop's page does; its ETag then."""
        order, end = None, time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            asked = {} if self._polls or not etag else {"If-None-Match": etag, "Prefer": f"wait={_WAIT}"}
            heads, order = await self._call("GET", path, 200, **asked)
            etag = heads.get("etag", etag)
            if order is not None and order["status"] == status:
                return etag
            if order is not None and order["status"] in ("rejected", "payment_failed", "cancelled"):
                break
            if "preference-applied" not in heads:
                await asyncio.sleep(_PAUSE)
        raise RuntimeError(f"{path} is not {status}: {order}")

    async def _call(
        self, method: str, path: str, right: int, body: object = None, **more: str
    ) -> tuple[dict[str, str], Any]:
        """Headers in lower case and the JSON of an answer; None for `304 Not Modified`."""
        if self._reader.at_eof():  # the gateway closes what nobody used for a while
            self.leave()
            await self._connect()
        content = b"" if body is None else json.dumps(body).encode()
        headers = {**self._headers, **more}
        if body is not None:
            headers.update({"Content-Type": "application/json", "Content-Length": str(len(content))})
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + content)
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        status = int(first.split()[1])
        heads = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
        answer = await self._reader.readexactly(int(heads.get("content-length", 0)))
        if status not in (right, 304):
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return heads, json.loads(answer) if status != 304 else None


def _key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def _used(programs: Mapping[str, int]) -> dict[str, float]:
    return {name: processor_seconds(pid) for name, pid in programs.items()}


async def _load(
    users: list[_User], programs: Mapping[str, int], idle: Mapping[str, float], seconds: float
) -> Load:
    took: list[float] = []
    before, began = _used(programs), time.monotonic()

    async def shop(user: _User) -> None:
        while time.monotonic() - began < seconds:
            took.append(await user.buy())

    await asyncio.gather(*(shop(user) for user in users))
    bought = time.monotonic() - began
    await asyncio.sleep(_SETTLE)
    after, lasted = _used(programs), time.monotonic() - began
    spent = {name: (after[name] - before[name] - idle[name] * lasted) * 1000 / len(took) for name in programs}
    return Load(
        users=len(users),
        checkouts=len(took),
        per_second=round(len(took) / bought, 1),
        p50=round(statistics.median(took) * 1000, 1),
        p99=round(percentile(took, 0.99) * 1000, 1),
        milliseconds=round(sum(spent.values()), 1),
        programs={name: round(cost, 2) for name, cost in sorted(spent.items(), key=lambda one: -one[1])},
    )


def table(loads: list[Load]) -> str:
    """Markdown: the loads, and what each program costs for a checkout, the dearest first."""
    lines = [
        "| users | checkouts/s | p50 | p50 without the provider's delay | p99 | processor time a checkout |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for load in loads:
        own = load.p50 - _DELAY * 1000
        cells = f"{load.p50:.0f} ms | {own:.0f} ms | {load.p99:.0f} ms | {load.milliseconds:.1f} ms"
        lines.append(f"| {load.users} | {load.per_second} | {cells} |")
    heads = " | ".join(f"{load.users} users" for load in loads)
    lines += ["", f"| program | {heads} |", "| --- |" + " ---: |" * len(loads)]
    for name in loads[-1].programs:
        lines.append(f"| {name} | " + " | ".join(f"{load.programs[name]:.2f} ms" for load in loads) + " |")
    return "\n".join(lines)


async def _measure(layout: Layout, supervisor: Supervisor, chosen: argparse.Namespace) -> list[Load]:
    programs = {name: state.pid for name, state in supervisor.states().items() if state.pid}
    users = [_User(n, layout.port("gateway"), polls=chosen.poll) for n in range(max(chosen.users))]
    for user in users:
        await user.arrive()
    await asyncio.gather(*(user.buy() for user in users))  # connections and caches are warm from here on
    await asyncio.sleep(_SETTLE)
    before, began = _used(programs), time.monotonic()
    await asyncio.sleep(chosen.idle)
    after, lasted = _used(programs), time.monotonic() - began
    idle = {name: (after[name] - before[name]) / lasted for name in programs}
    loads = [await _load(users[:count], programs, idle, chosen.seconds) for count in chosen.users]
    for user in users:
        user.leave()
    return loads


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="loadtests.checkout", description="What a checkout costs.")
    parser.add_argument("--users", type=counts, default="1,4,16", help="at once, one measurement after the other")
    parser.add_argument("--seconds", type=decimal, default=15.0, help="of each measurement")
    parser.add_argument("--idle", type=decimal, default=10.0, help="seconds in which idle costs are measured")
    parser.add_argument("--poll", action="store_true", help="ask for the order every 20 ms")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    layout, supervisor = running(parser)
    loads = asyncio.run(_measure(layout, supervisor, chosen))
    print(table(loads))
    target = chosen.json or layout.run / "load" / "checkout.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    found = {"processors": os.cpu_count(), "away": _DELAY, "loads": [asdict(load) for load in loads]}
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
