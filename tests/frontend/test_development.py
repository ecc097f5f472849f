"""The pages with hot reload in a container, where the gateway has no pages: Vite itself answers for them."""

import os
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from deploy.native import frontend
from tests.free_ports import free_port
from tests.gateway.client import until

CONFIGURATION = '{"jaegerUrl": "http://localhost:16686"}'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Vite, with a gateway that does not answer."""
    folder = tmp_path_factory.mktemp("vite")
    node = frontend.tools(folder / "install.log", Console(file=StringIO())).folder / "node"
    port = free_port()
    environment = {**os.environ, "CONFIG_JSON": CONFIGURATION, "SHOP_URL": f"http://127.0.0.1:{free_port()}"}
    where = ("--host", "127.0.0.1", "--port", str(port), "--strictPort")
    with (
        (folder / "vite.log").open("w") as log,
        subprocess.Popen(
            [node, "node_modules/vite/bin/vite.js", *where],
            cwd=frontend.SOURCE,
            env=environment,
            stdout=log,
            stderr=log,
        ) as vite,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            _wait(client, vite, folder / "vite.log")
            yield client
        finally:
            vite.terminate()


def _wait(client: httpx.Client, vite: subprocess.Popen[bytes], log: Path) -> None:
    for _ in until(30):
        assert vite.poll() is None, log.read_text()
        try:
            client.get("/")
        except httpx.TransportError:
            continue
        return


def test_the_configuration_is_that_of_the_container(pages: httpx.Client) -> None:
    """It says where the other tools are."""
    assert pages.get("/config.json").text == CONFIGURATION


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/products/1", "<!doctype html>"),
        ("/api/docs", "<title>Glasshouse API</title>"),
        ("/api/docs.ts", "swagger"),
        ("/api/docs.css?import", "createHotContext"),  # with its query, by which Vite makes a module of it
        ("/api/problems", "<!doctype html>"),
        ("/api/problems/conflict", "<!doctype html>"),
        ("/api/openapi.json", '"openapi"'),
    ],
)
def test_pages_below_api_are_files(pages: httpx.Client, path: str, said: str) -> None:
    """As the shop's other pages are."""
    answer = pages.get(path)
    assert answer.status_code == 200
    assert said in answer.text


def test_the_api_is_asked_at_the_gateway(pages: httpx.Client) -> None:
    """Which is not there in this test."""
    assert pages.get("/api/products").status_code == 502
