"""Settings of the order service."""

from pydantic import Field

from services.shared.settings import ServiceSettings

__all__ = ["NAME", "Settings"]

NAME = "order-service"


class Settings(ServiceSettings):
    """URLs of what it uses, how long an order may stay unpaid (seconds), and how much may be unpaid."""

    database_url: str
    amqp_url: str
    user_service_url: str
    product_service_url: str
    order_expiry_seconds: float = 900.0
    unpaid_orders_per_account: int = Field(20, ge=1, description="409 for one more")
    reserved_units_per_account: int = Field(200, ge=1, description="in all unpaid orders of an account together")
