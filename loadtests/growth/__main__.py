"""How answers slow down while the shop grows:

    .venv/bin/python -m loadtests.growth [--subjects catalogue,orders] [--largest 100000]

It starts a platform of its own and removes it again, prints each number, and writes all of them to
`.run/load/growth.json`. The default ends within ten minutes; `--largest` goes further.
`--results loadtests/RESULTS.md` writes tables and pictures there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from deploy.installation.addresses import StoreUrls
from deploy.installation.numbers import positive
from loadtests.arguments import counts, names
from loadtests.growth.catalogue import catalogue
from loadtests.growth.orders import backlog, orders
from loadtests.growth.report import SUBJECTS, write
from loadtests.growth.requests import connections, replicas
from loadtests.tax.estate import Estate, estate

_ROOT = Path(__file__).parents[2]
Sizes = AsyncIterator[tuple[int, Mapping[str, float]]]


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="loadtests.growth", description="How answers slow down with growth.")
    parser.add_argument("--subjects", type=names(SUBJECTS), default=",".join(SUBJECTS))
    parser.add_argument(
        "--largest", type=positive, default=10_000, help="products, orders of a user, events; from 100 on"
    )
    parser.add_argument("--connections", type=counts, default="1,10,50,100,200,500")
    parser.add_argument("--replicas", type=counts, default="1,2,3,4")
    parser.add_argument("--json", type=Path, default=_ROOT / ".run/load/growth.json")
    parser.add_argument("--results", type=Path, help="also write tables and pictures there")
    chosen = parser.parse_args(arguments)
    if chosen.largest < 100:
        parser.error(f"argument --largest: {chosen.largest} is below 100")
    found: dict[str, dict[int, Mapping[str, float]]] = {}
    with estate() as place:
        # Last come the catalogue, which is emptied, and the backlog: its events keep the consumers busy for long.
        for name in sorted(chosen.subjects, key=["backlog", "catalogue", *SUBJECTS].index, reverse=True):
            found[name] = asyncio.run(_collected(name, _measure(place, name, chosen)))
    found = {name: found[name] for name in SUBJECTS if name in found}
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if chosen.results:
        write(found, chosen.results)
    return 0


async def _collected(name: str, sizes: Sizes) -> dict[int, Mapping[str, float]]:
    found: dict[int, Mapping[str, float]] = {}
    async for size, numbers in sizes:
        told = ", ".join(f"{what} {number:.1f}" for what, number in numbers.items())
        print(f"{name}, {size}: {told}", file=sys.stderr)
        found[size] = numbers
    return found


def _measure(place: Estate, name: str, chosen: argparse.Namespace) -> Sizes:
    powers = [10**n for n in range(2, 8) if 10**n <= chosen.largest]
    database = place.environment("order-service")["DATABASE_URL"]
    measures: Mapping[str, Callable[[], Sizes]] = {
        "catalogue": lambda: catalogue(StoreUrls(place.layout).mongo, powers),
        "orders": lambda: orders(database, powers),
        "backlog": lambda: backlog(database, powers),
        "connections": lambda: connections(place.layout.port("product-service-1"), chosen.connections),
        "replicas": lambda: replicas(place.environment("product-service"), chosen.replicas),
    }
    return measures[name]()


if __name__ == "__main__":
    sys.exit(main())
