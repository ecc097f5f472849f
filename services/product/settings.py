"""Settings of the product service."""

from services.shared.settings import ServiceSettings

__all__ = ["NAME", "Settings"]

NAME = "product-service"


class Settings(ServiceSettings):
    """URLs of what it uses, and the one currency of the shop (ISO 4217)."""

    mongo_url: str
    redis_url: str
    amqp_url: str
    user_service_url: str
    currency: str = "EUR"
