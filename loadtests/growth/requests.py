"""Cached reads of one product by more and more connections, and from more and more replicas."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from loadtests.percentiles import percentile
from loadtests.tax.client import Answers, Request, ask
from loadtests.tax.processes import free_port, python

__all__ = ["connections", "replicas"]

_REFUSED = b"HTTP/1.1 503"  # more wait than can be answered soon
_READ = Request("GET", "/api/products/1")
_SECONDS = 4.0
_TOGETHER = 32  # connections to all replicas


async def connections(port: int, sizes: Sequence[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """For each number of connections to one replica: requests a second, and milliseconds until the answer."""
    await ask(port, _READ, connections=1, seconds=1)
    for size in sizes:
        yield size, _told([await ask(port, _READ, connections=size, seconds=_SECONDS)])


async def replicas(
    environment: Mapping[str, str], sizes: Sequence[int]
) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """The same for each number of replicas, over all of them."""
    for size in sizes:
        with _running(environment, size) as ports:
            await asyncio.gather(*(ask(port, _READ, connections=1, seconds=1) for port in ports))
            share = _TOGETHER // size
            found = await asyncio.gather(*(ask(p, _READ, connections=share, seconds=_SECONDS) for p in ports))
        yield size, _told(found)


def _told(found: Sequence[Answers]) -> dict[str, float]:
    refused = [answer for one in found for answer in one.wrong]
    if wrong := [answer for answer in refused if not answer.startswith(_REFUSED)]:
        raise RuntimeError(f"{len(wrong)} wrong answers, for example {wrong[0][:300]!r}")
    every = [seconds for one in found for seconds in one.seconds]
    return {
        "requests a second": len(every) / _SECONDS,
        "p50 ms": percentile(every, 0.5) * 1000,
        "p99 ms": percentile(every, 0.99) * 1000,
        "503 of a hundred": 100 * len(refused) / (len(refused) + len(every)),
    }


@contextmanager
def _running(environment: Mapping[str, str], count: int) -> Iterator[list[int]]:
    ports = [free_port() for _ in range(count)]
    with tempfile.TemporaryDirectory(prefix="growth-") as logs, ExitStack() as stack:
        for port in ports:
            own = {**environment, "PORT": str(port), "SERVICE_INSTANCE_ID": f"growth-{port}"}
            log = Path(logs) / f"{port}.txt"
            stack.enter_context(
                python("services.product.main", port=port, path="/health", log=log, environment=own)
            )
        yield ports
