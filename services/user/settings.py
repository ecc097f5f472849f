"""Settings of the user service."""

from pathlib import Path

from pydantic import SecretStr

from services.shared.settings import ServiceSettings

__all__ = ["NAME", "SeedSettings", "Settings"]

NAME = "user-service"


class Settings(ServiceSettings):
    """Where its stores are, and the key that signs access tokens."""

    database_url: str
    redis_url: str
    token_key_file: Path


class SeedSettings(ServiceSettings):
    """What the seed needs: the first password of the first admin."""

    database_url: str
    admin_password: SecretStr
