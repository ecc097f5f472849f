"""Makes the tables of docs/scale.md: a model of checkouts beside what was measured, and what more orders need.

python -m docs.scale                            writes the tables
python -m docs.scale .run/load/checkout.json    takes over what `loadtests.checkout` measured, too
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docs.reports import taken
from loadtests.queueing import Checkout, Prediction, predict

__all__ = ["MEASURED", "PAGE", "main", "modelled", "with_tables"]

PAGE = Path(__file__).with_name("scale.md")
MEASURED = Path(__file__).parents[1] / "loadtests" / "checkout.json"
_BEGIN, _END = "<!-- {}: made by python -m docs.scale -->", "<!-- End of {}. -->"

_DAYS = (10**3, 10**5, 10**7)  # orders
_PEAK = 5  # times the mean of a day: the busiest minutes of an evening
_BUSY = 0.6  # of a processor, at most: above it waiting times grow faster than the load
_SECONDS = 86_400
# One process of each, whatever the rate: to have more of them, their data must be divided.
_SINGLE = {
    "postgres": "PostgreSQL, its three databases on one server",
    "rabbitmq": "RabbitMQ, one node",
    "mongo": "MongoDB's stand-in, one process in Python",
}
_REPLICATED = ("order-service", "payment-service", "product-service")


def with_tables(page: str, measured: dict[str, Any]) -> str:
    """The page with the tables of these numbers."""
    for name, table in (("the model", _model(measured)), ("the needs", _needs(measured))):
        begin, end = _BEGIN.format(name), _END.format(name)
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return page


def modelled(measured: dict[str, Any]) -> list[Prediction]:
    """What the model says of each load. It is told only what a checkout costs that is alone on the machine."""
    first = measured["loads"][0]
    path = first["p50"] / 1000 - measured["away"]
    beside = max(0.0, first["milliseconds"] / 1000 - path)
    checkout = Checkout(path=path, beside=beside, away=measured["away"])
    return [
        predict(checkout, users=load["users"], processors=measured["processors"]) for load in measured["loads"]
    ]


def _model(measured: dict[str, Any]) -> str:
    lines = [
        "| users | checkouts a second, measured | by the model | p50, measured | by the model |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for load, found in zip(measured["loads"], modelled(measured), strict=True):
        rates = f"{load['per_second']:.1f} | {found.per_second:.1f}"
        lines.append(f"| {load['users']} | {rates} | {load['p50']:.0f} ms | {found.p50 * 1000:.0f} ms |")
    return "\n".join(lines)


def _needs(measured: dict[str, Any]) -> str:
    """Processors of each part in the busiest minutes, by what a checkout costs when the machine is full."""
    costs: dict[str, float] = measured["loads"][-1]["programs"]
    parts = {
        f"{name}, all replicas": sum(cost for program, cost in costs.items() if program.startswith(name))
        for name in _REPLICATED
    }
    parts |= {title: costs[name] for name, title in _SINGLE.items()}
    lines = [
        f"| part | processor time a checkout | one processor does | {' | '.join(f'{n:,} a day' for n in _DAYS)} |",
        f"| --- | ---: | ---: |{' ---: |' * len(_DAYS)}",
    ]
    for part, cost in sorted(parts.items(), key=lambda one: -one[1]):
        needs = (_PEAK * orders / _SECONDS * cost / 1000 / _BUSY for orders in _DAYS)
        cells = " | ".join(f"{need:.1f}" if need >= 0.1 else "< 0.1" for need in needs)
        lines.append(f"| {part} | {cost:.1f} ms | {1000 * _BUSY / cost:.0f} a second | {cells} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Write the page."""
    path = arguments[0] if arguments else str(MEASURED)
    page = PAGE.read_text(encoding="utf-8")
    with taken(path, "python -m loadtests.checkout") as measured:
        page = with_tables(page, measured)
    if arguments:
        MEASURED.write_text(Path(path).read_text(encoding="utf-8"), encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
