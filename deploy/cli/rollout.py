"""./shop rollout: a new version of the services, which stays or goes by itself."""

from __future__ import annotations

import time
from collections.abc import Mapping

import httpx
from rich.console import Console

from deploy.cli import buy
from deploy.cli.load_metrics import Asking
from deploy.cli.terminal import shown
from deploy.installation.errors import ShopError, reason
from deploy.installation.progress import telling
from deploy.installation.services import PUBLIC
from deploy.operations.installation import Installation
from deploy.operations.rollout import Outcome, Spent, roll


def run(
    installation: Installation, console: Console, *, color: str, tag: str, minutes: float, ready_within: float
) -> int:
    """Bring a version; 0 when it has the requests now, 1 when the old one has."""

    def spent(began: float) -> Mapping[str, Spent]:
        return Asking(installation.layout, began, time.time()).spent()

    def attempt(addresses: Mapping[str, str]) -> None:
        with _Previews(addresses) as transport:
            buy.at(transport, console)

    began = time.monotonic()
    outcome = roll(
        installation.colours(ready_within),
        color,
        tag,
        attempt=attempt,
        spent=spent,
        seconds=60 * minutes,
        tell=telling(console),
    )
    _show(console, outcome, color, tag, time.monotonic() - began)
    return 0 if outcome.was_kept else 1


def _show(console: Console, outcome: Outcome, color: str, tag: str, seconds: float) -> None:
    if outcome.was_kept:
        console.print(f"[green]✓[/] {tag} has the requests, as {color}, after {seconds:.0f} s.", soft_wrap=True)
    else:
        console.print(
            f"[bold red]✗[/] The old version has the requests again, after {seconds:.0f} s: ",
            shown(outcome.why),
            soft_wrap=True,
        )
    if not outcome.seconds:
        console.print("  It cost no error budget: nobody's request went to it.")
        return
    if outcome.spent is None:
        console.print("  Prometheus does not say what it cost.")
        return
    costs = {name: one for name, one in outcome.spent.items() if one.bad >= 1}
    events = max((one.events for one in outcome.spent.values()), default=0.0)
    if not costs:
        console.print(f"  It cost no error budget: of up to {events:.0f} events none was bad.", soft_wrap=True)
    for name, one in sorted(costs.items(), key=lambda item: -item[1].burn):
        console.print(
            f"  {name}: {one.bad:.0f} of {one.events:.0f} events were bad in {outcome.seconds:.0f} s, "
            f"{one.share(outcome.seconds):.3%} of the budget of 30 days",
            soft_wrap=True,
        )


class _Previews(httpx.BaseTransport):
    """Sends each request to the service that has its path, as the gateway does."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses, self._http = addresses, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        service = next((one.name for one in PUBLIC if path.startswith(one.routes)), None)
        if service is None:
            raise ShopError(f"No service has the path {path}.")
        address = httpx.URL(self._addresses[service])
        request.url = request.url.copy_with(scheme=address.scheme, host=address.host, port=address.port)
        try:
            return self._http.handle_request(request)
        except httpx.HTTPError as error:
            raise ShopError(f"{service} does not answer: {reason(error)}") from error

    def close(self) -> None:
        self._http.close()
