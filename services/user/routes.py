"""HTTP routes of the user service."""

from typing import Annotated, Any

from fastapi import Depends, Response

from services.shared.auth import CurrentUser
from services.shared.bodies import Router
from services.shared.database import DatabaseDep
from services.shared.openapi import headers, problems
from services.shared.parts import part
from services.user import commands, queries
from services.user.client_address import client_address
from services.user.models import User
from services.user.passwords import Passwords
from services.user.schemas import (
    JwksResponse,
    LoginRequest,
    ProfileRequest,
    RefreshRequest,
    RegisterRequest,
    TokenResponse,
    UserResponse,
)
from services.user.sessions import Sessions
from services.user.throttle import Throttle
from services.user.tokens import TokenIssuer

__all__ = ["router", "well_known"]

router = Router(prefix="/api/users", tags=["users"])
well_known = Router(prefix="/.well-known", tags=["keys"])

AddressDep = Annotated[str, Depends(client_address)]
IssuerDep = Annotated[TokenIssuer, part(TokenIssuer)]
PasswordsDep = Annotated[Passwords, part(Passwords)]
SessionsDep = Annotated[Sessions, part(Sessions)]
ThrottleDep = Annotated[Throttle, part(Throttle)]
_NOT_KEPT: dict[int | str, dict[str, Any]] = {200: headers("Cache-Control")}


@router.post(
    "/register",
    status_code=201,
    response_model=UserResponse,
    responses=problems(409),
)
async def register(body: RegisterRequest, database: DatabaseDep, passwords: PasswordsDep) -> User:
    """Create an account."""
    return await commands.register(
        database=database,
        passwords=passwords,
        email=body.email,
        password=body.password.get_secret_value(),
        name=body.name,
    )


@router.post("/login", responses=_NOT_KEPT | problems(401, 429))
async def login(
    body: LoginRequest,
    database: DatabaseDep,
    passwords: PasswordsDep,
    throttle: ThrottleDep,
    sessions: SessionsDep,
    issuer: IssuerDep,
    address: AddressDep,
) -> TokenResponse:
    """Trade email and password for tokens."""
    return await commands.login(
        database=database,
        passwords=passwords,
        throttle=throttle,
        sessions=sessions,
        issuer=issuer,
        email=body.email,
        password=body.password.get_secret_value(),
        address=address,
    )


@router.post("/refresh", responses=_NOT_KEPT | problems(401))
async def refresh(
    body: RefreshRequest, database: DatabaseDep, sessions: SessionsDep, issuer: IssuerDep
) -> TokenResponse:
    """Trade a refresh token for new tokens."""
    return await commands.refresh(
        database=database, sessions=sessions, issuer=issuer, token=body.refresh_token.get_secret_value()
    )


@router.post("/logout", status_code=204)
async def logout(body: RefreshRequest, sessions: SessionsDep) -> None:
    """End the session of a refresh token."""
    await commands.logout(sessions=sessions, token=body.refresh_token.get_secret_value())


@router.post("/logout-all", status_code=204)
async def logout_all(user: CurrentUser, database: DatabaseDep) -> None:
    """End all own sessions."""
    await commands.logout_all(database=database, caller=user)


@router.get("/profile", response_model=UserResponse)
async def get_profile(user: CurrentUser, database: DatabaseDep) -> User:
    """The own profile."""
    return await queries.get_user(database, user)


@router.put(
    "/profile",
    response_model=UserResponse,
    responses=problems(403, 429),
)
async def put_profile(
    user: CurrentUser,
    body: ProfileRequest,
    database: DatabaseDep,
    passwords: PasswordsDep,
    throttle: ThrottleDep,
    address: AddressDep,
) -> User:
    """Change the own name or password."""
    return await commands.update_profile(
        database=database,
        passwords=passwords,
        throttle=throttle,
        address=address,
        caller=user,
        name=body.name,
        current_password=body.current_password.get_secret_value() if body.current_password else None,
        new_password=body.password.get_secret_value() if body.password else None,
    )


@well_known.get(
    "/jwks.json",
    response_model=JwksResponse,
    responses={200: headers("Cache-Control")},
)
async def jwks(response: Response, issuer: IssuerDep) -> dict[str, Any]:
    """The public keys that verify access tokens."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return issuer.jwks()
