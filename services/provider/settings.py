"""Settings of the payment provider."""

from pydantic import Field, SecretStr

from services.shared.settings import ServiceSettings

__all__ = ["NAME", "Settings"]

NAME = "payment-provider"


class Settings(ServiceSettings):
    """Where its ledger lies, how it signs, and how fast it is. Times are in seconds."""

    database_url: str
    webhook_secret: SecretStr = Field(min_length=16)
    provider_key: SecretStr = Field(min_length=16, description="whoever sends it may charge, refund and read")
    provider_delay_seconds: float = Field(0.3, ge=0, description="from a charge to its outcome")
    provider_slow_seconds: float = Field(5.0, ge=0, description="the same for the slow test card")
    webhook_retry_seconds: float = Field(0.5, gt=0, description="wait after a failed call back; doubles")
