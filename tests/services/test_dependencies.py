"""What FastAPI runs for a request: everything on the event loop, nothing in a thread."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from frontend.api.describe import make_app


def _calls(dependant: Dependant) -> Iterator[Any]:
    """What a route calls: itself and all that it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def _is_async(call: Any) -> bool:
    """As FastAPI sees it. Of an object, its `__call__` is asked."""
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return any(kind(call) or kind(getattr(call, "__call__", None)) for kind in kinds)  # noqa: B004 - what it is


@pytest.mark.parametrize("service", ["user", "product", "order", "payment", "provider"])
def test_nothing_of_a_route_runs_in_a_thread(service: str) -> None:
    """FastAPI hands a synchronous `def` to a thread, which costs more than what ours do there."""
    app = make_app(service)
    routes = list(iter_route_contexts(app.routes))
    ours = [route for route in routes if isinstance(route.original_route, APIRoute)]
    calls = {call for route in ours for call in _calls(route.dependant)} | {route.endpoint for route in routes}
    assert len(calls) > len(routes) > len(ours) > 2
    assert [call for call in calls if not _is_async(call)] == []
