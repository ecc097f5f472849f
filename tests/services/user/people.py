"""People who use the service: each with an email and an address of their own."""

import itertools
import uuid
from typing import Any

import httpx

PASSWORD = "correct horse"
_addresses = (f"10.{a}.{b}.{c}" for a, b, c in itertools.product(range(256), range(256), range(1, 255)))


class Person:
    """One account and what it can ask for."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.email = f"{uuid.uuid4().hex}@example.com"
        self.address = next(_addresses)
        self.token = ""
        self.refresh_token = ""

    async def post(self, path: str, body: Any) -> httpx.Response:
        """POST /api/users`path` as the gateway would pass it on."""
        return await self.client.post(f"/api/users{path}", json=body, headers=self.headers())

    async def register(self, **more: Any) -> httpx.Response:
        return await self.post("/register", {"email": self.email, "password": PASSWORD, **more})

    async def login(self, password: str = PASSWORD) -> httpx.Response:
        """Log in, and keep the tokens."""
        response = await self.post("/login", {"email": self.email, "password": password})
        if response.status_code == 200:
            self.token = response.json()["token"]
            self.refresh_token = response.json()["refreshToken"]
        return response

    async def refresh(self, token: str) -> httpx.Response:
        return await self.post("/refresh", {"refreshToken": token})

    async def profile(self) -> httpx.Response:
        return await self.client.get("/api/users/profile", headers=self.headers())

    async def change(self, **changes: Any) -> httpx.Response:
        return await self.client.put("/api/users/profile", json=changes, headers=self.headers())

    def headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"X-Forwarded-For": self.address, **bearer}


class People:
    """Makes people."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    def stranger(self) -> Person:
        """Somebody without an account."""
        return Person(self._client)

    async def member(self) -> Person:
        """Somebody with an account, logged in."""
        person = self.stranger()
        assert (await person.register(name="Ada")).status_code == 201
        assert (await person.login()).status_code == 200
        return person
