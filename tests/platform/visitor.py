"""Somebody at the pages of shop or console with a real browser, who notices everything that must not happen."""

import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

from tests.platform.client import Client
from tests.platform.door import Way
from tests.waiting import LIMIT

SESSION = "glasshouse.session"
_IGNORED = "Failed to load resource"  # told by its answer, below
# Aborted: the page no longer wants it; failed: a test let it fail. The console tells what a policy blocks.
_HARMLESS = ("net::ERR_ABORTED", "net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "csp")


class Visitor:
    """One browser context with one page, and an address of its own.

    faults: console errors, violations of the Content-Security-Policy, exceptions, answers of 400 and more that the
    test did not `expect`, and requests to anybody but whom they visit.
    """

    def __init__(self, browser: Browser, door: Way, client: Client | None = None, **options: Any) -> None:
        self.faults: list[str] = []
        self._expected: set[tuple[int, str]] = set()
        self._door = door
        self.context = browser.new_context(
            base_url=door.url,
            storage_state=_storage(door, client),
            extra_http_headers=dict(door.headers),
            **options,
        )
        self.context.set_default_timeout(LIMIT * 1000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        self.context.on("request", self._request)
        self.context.on("response", self._response)
        self.context.on("requestfailed", self._failed)

    def noticed(self) -> list[str]:
        """The faults up to now."""
        self.page.title()  # lets the events that wait be handled
        return self.faults

    def expect_status(self, status: int, path: str) -> None:
        """An answer that the test provokes is no fault. path: how the path begins."""
        self._expected.add((status, path))

    def stored(self, key: str) -> Any:
        """What the page keeps under a key."""
        return json.loads(self.page.evaluate("key => localStorage.getItem(key)", key) or "null")

    def spoil_token(self) -> None:
        """As if the access token had expired: its signature is not good any more; the page finds out by asking."""
        self.page.evaluate(
            """key => {
                const kept = JSON.parse(localStorage.getItem(key));
                const [head, claims] = kept.state.tokens.token.split(".");
                kept.state.tokens.token = `${head}.${claims}.${"A".repeat(86)}`;
                localStorage.setItem(key, JSON.stringify(kept));
            }""",
            SESSION,
        )
        self.page.reload()

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """A link by its name."""
        return self.page.get_by_role("link", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        """The page's main heading."""
        return self.page.get_by_role("heading", name=name, exact=True, level=1)

    def picture(self, folder: Path, name: str) -> None:
        """What the page looks like now."""
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_IGNORED):
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._door.url}/", "data:", "blob:")):
            self.faults.append(f"a request to somebody else: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_NETWORK_CHANGED":
            # A container came or went, and Chromium let go of everything; pages mostly get over it.
            logging.getLogger("visitor").warning("%s: %s", request.url, request.failure)
        elif request.failure not in _HARMLESS:
            self.faults.append(f"no answer: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        path = urlsplit(response.url).path
        expected = any(response.status == status and path.startswith(begin) for status, begin in self._expected)
        if response.status >= 400 and not expected:
            self.faults.append(f"{response.status} {response.request.method} {path}")


def _storage(door: Way, client: Client | None) -> Any:
    """Logged in as `client` from the beginning, as after a visit before."""
    if client is None:
        return None
    tokens = {"token": client.tokens["token"], "refreshToken": client.tokens["refreshToken"]}
    session = json.dumps({"state": {"tokens": tokens, "expired": False}, "version": 0})
    kept = [{"name": SESSION, "value": session}]
    return {"cookies": [], "origins": [{"origin": door.url, "localStorage": kept}]}
