"""Settings of the order service."""

from services.shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """URLs of what it uses, and how long an order may stay unpaid (seconds)."""

    database_url: str
    amqp_url: str
    user_service_url: str
    product_service_url: str
    order_expiry_seconds: float = 900.0
