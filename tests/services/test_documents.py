"""Each service against its own OpenAPI document: no 5xx, and no answer that the document does not name."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.installation.secrets import Secrets
from deploy.installation.services import PUBLIC
from observability.logging import setup_logging
from services.user.tokens import TokenIssuer
from tests.services.estate import KEY, make_apps, make_stores, started

Clients = dict[str, httpx.AsyncClient]
SERVICES = ("user", "product", "order", "payment", "provider")
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_SHORT, _LONG = 40, 2_000  # cases a service


class Estate:
    """The running services, asked from outside of their event loop, which is where Hypothesis lives."""

    def __init__(
        self, runner: asyncio.Runner, clients: dict[str, httpx.AsyncClient], apps: dict[str, Any]
    ) -> None:
        self._runner = runner
        self._clients = clients
        self.apps = apps
        self.answers: set[tuple[str, int]] = set()  # service, status

    def check(self, service: str, cases: int, authorization: str) -> None:
        """Ask for everything that the document has, in good and in bad form."""
        schema = schemathesis.openapi.from_dict(self.apps[service].openapi())
        operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
        share = max(2, cases // (2 * len(operations)))
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._check(service, operation.as_strategy(generation_mode=mode), authorization, share)

    def _check(self, service: str, strategy: Any, authorization: str, share: int) -> None:
        @settings(
            max_examples=share, database=None, derandomize=True, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=strategy)
        def ask(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url="http://service", headers={"Authorization": authorization})
            answer = self._runner.run(self._send(self._clients[service], sent))
            self.answers.add((service, answer.status_code))
            case.validate_response(answer, checks=CHECKS)

        with contextlib.suppress(Unsatisfiable):  # what takes nothing cannot be asked in a bad form
            ask()

    async def _send(self, client: httpx.AsyncClient, sent: dict[str, Any]) -> httpx.Response:
        known = ("method", "url", "params", "headers", "json", "content")
        sent["headers"] = {name: value.encode("latin-1") for name, value in sent["headers"].items()}
        if isinstance(sent.get("data"), (bytes, str)):
            sent["content"] = sent["data"]
        return await client.request(**{name: sent[name] for name in known if sent.get(name) is not None})


@pytest.fixture(scope="module")
def estate(
    postgres_url: Callable[[str], str],
    mongo_url: Callable[[str], str],
    redis_url: str,
    keys: Secrets,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Estate]:
    """All services, with stores of this module's own."""
    setup_logging("documents", "error")
    stores = make_stores("documents", postgres_url, mongo_url, redis_url, tmp_path_factory.mktemp("documents"))
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def start() -> tuple[dict[str, httpx.AsyncClient], dict[str, Any]]:
            apps = make_apps(stores, keys)
            return await stack.enter_async_context(started(apps, stores)), apps

        clients, apps = runner.run(start())
        yield Estate(runner, clients, apps)
        runner.run(stack.aclose())


def _ask(estate: Estate, keys: Secrets, service: str, cases: int) -> None:
    token = KEY
    if service != "provider":
        token = TokenIssuer.from_file(keys.token_key_file).issue(user_id="schemathesis", role="admin", epoch=0)
    estate.check(service, cases, f"Bearer {token}")


@pytest.mark.parametrize("service", SERVICES)
def test_answers_are_those_of_the_document(estate: Estate, keys: Secrets, service: str) -> None:
    """Status, media type, headers and body of each answer are named in the document; none is our fault."""
    _ask(estate, keys, service, _SHORT)
    if service != "payment":  # has nothing to show before an order is paid; test_access.py sees that
        assert any(asked == service and status < 400 for asked, status in estate.answers)


@pytest.mark.full
@pytest.mark.parametrize("service", SERVICES)
def test_answers_to_thousands_of_cases(estate: Estate, keys: Secrets, service: str) -> None:
    """The same, for two thousand cases."""
    _ask(estate, keys, service, _LONG)


@pytest.mark.parametrize("service", SERVICES)
def test_each_document_is_complete(estate: Estate, service: str) -> None:
    """One Problem by reference, never FastAPI's own form; servers, and an example of each problem."""
    document = estate.apps[service].openapi()
    components = document["components"]
    is_public = service in {public.package for public in PUBLIC}
    assert [("the gateway," in server["description"]) for server in document["servers"]] == [is_public]
    assert "HTTPValidationError" not in components["schemas"]
    assert all("example" in next(iter(r["content"].values())) for r in components["responses"].values())
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            refused = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
            assert all(set(answer) == {"$ref"} for answer in refused.values()), (path, method)
            assert {"422", "503"} <= set(refused)
            assert ("401" in refused) >= ("security" in operation)
            assert ({"400", "413", "415"} <= set(refused)) >= ("requestBody" in operation)
            assert all(media["examples"] for media in operation.get("requestBody", {}).get("content", {}).values())
