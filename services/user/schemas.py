"""Requests and responses of the user service."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from services.shared.schemas import Request, Schema, Text

__all__ = [
    "Email",
    "JwksResponse",
    "LoginRequest",
    "ProfileRequest",
    "RefreshRequest",
    "RegisterRequest",
    "TokenResponse",
    "UserResponse",
]


def _bare(email: object) -> object:
    """Raises ValueError for `Ada <ada@example.com>`, of which pydantic would take the address."""
    if isinstance(email, str) and "<" in email:
        raise ValueError("must be an address alone, without a name")
    return email


def _one_spelling(email: str) -> str:
    """Upper and lower case, and composed and decomposed characters, name the same mailbox here."""
    return unicodedata.normalize("NFC", email.lower())


def _is_text(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("must not contain NUL or half a character")
    return secret


Email = Annotated[EmailStr, Field(max_length=254), BeforeValidator(_bare), AfterValidator(_one_spelling)]
"""An email address, normalised."""

Secret = Annotated[SecretStr, AfterValidator(_is_text)]
"""Text that does not show in logs. pydantic lets lone surrogates through here, which have no UTF-8 form."""

Password = Annotated[Secret, Field(min_length=6, max_length=128)]
"""A new password; white space counts."""

GivenPassword = Annotated[Secret, Field(min_length=1, max_length=128)]
"""A password to be checked: what is too short for a new one is simply wrong."""

Name = Annotated[Text, StringConstraints(max_length=100)]

Role = Literal["customer", "admin"]


class RegisterRequest(Request):
    """A new account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "ada@example.com", "password": "correct horse", "name": "Ada"},
            ]
        }
    )

    email: Email
    password: Password
    name: Name = ""


class LoginRequest(Request):
    """Who wants in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "ada@example.com", "password": "correct horse"},
            ]
        }
    )

    email: Email
    password: GivenPassword


class RefreshRequest(Request):
    """The refresh token that the last login or refresh gave."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"refreshToken": "the one that the last login gave"},
            ]
        }
    )

    refresh_token: Annotated[Secret, Field(min_length=1, max_length=200)]


class ProfileRequest(Request):
    """What is absent stays. A new password needs the current one, and ends all sessions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Ada"},
                {"password": "battery staple", "currentPassword": "correct horse"},
            ]
        }
    )

    name: Name | None = None
    password: Password | None = None
    current_password: GivenPassword | None = None

    @model_validator(mode="after")
    def _password_needs_the_current_one(self) -> Self:
        if (self.password is None) != (self.current_password is None):
            raise ValueError("password and currentPassword belong together")
        return self


class UserResponse(Schema):
    """An account, as its owner sees it."""

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime


class TokenResponse(Schema):
    """expires_in: seconds. refresh_token: null while sessions cannot be kept; then log in again."""

    token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme (RFC 6750)
    expires_in: int
    refresh_token: str | None


class JwksResponse(Schema):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]
