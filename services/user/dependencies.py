"""What a handler asks for: the parts that the lifespan put on `app.state`."""

from typing import Annotated

from fastapi import Depends, Request

from services.shared.database import Database
from services.user.client_address import client_address
from services.user.passwords import Passwords
from services.user.sessions import Sessions
from services.user.throttle import Throttle
from services.user.tokens import TokenIssuer

__all__ = ["AddressDep", "DatabaseDep", "IssuerDep", "PasswordsDep", "SessionsDep", "ThrottleDep"]


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


async def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


async def _throttle(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


async def _issuer(request: Request) -> TokenIssuer:
    issuer: TokenIssuer = request.app.state.issuer
    return issuer


DatabaseDep = Annotated[Database, Depends(_database)]
"""For handlers that must not hold a transaction while they hash."""
PasswordsDep = Annotated[Passwords, Depends(_passwords)]
SessionsDep = Annotated[Sessions, Depends(_sessions)]
ThrottleDep = Annotated[Throttle, Depends(_throttle)]
IssuerDep = Annotated[TokenIssuer, Depends(_issuer)]
AddressDep = Annotated[str, Depends(client_address)]
