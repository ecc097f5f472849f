"""Settings of the payment service."""

from typing import Annotated

from cryptography.fernet import Fernet
from pydantic import AfterValidator, Field, SecretStr

from services.shared.settings import ServiceSettings

__all__ = ["NAME", "Settings"]

NAME = "payment-service"


def _fernet(key: SecretStr) -> SecretStr:
    Fernet(key.get_secret_value())  # raises ValueError, which does not repeat the key
    return key


class Settings(ServiceSettings):
    """URLs of what it uses, secrets, and how patient it is with the provider (seconds)."""

    database_url: str
    amqp_url: str
    user_service_url: str
    order_service_url: str
    payment_provider_url: str
    payment_webhook_url: str
    webhook_secret: SecretStr = Field(min_length=16)
    provider_key: SecretStr = Field(min_length=16, description="what the provider knows us by")
    card_key: Annotated[SecretStr, AfterValidator(_fernet)]
    attempts_per_order: int = Field(10, ge=1, description="payments that an order may have, however they ended")
    check_after_seconds: float = Field(3.0, gt=0, description="wait for the webhook before asking; then doubled")
    retry_seconds: float = Field(0.5, gt=0, description="wait after a provider that did not answer; then doubled")
