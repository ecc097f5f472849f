"""What the product service says of products at this moment, past every cache."""

from dataclasses import dataclass

from services.shared.errors import Unprocessable
from services.shared.http_client import Peer

__all__ = ["Offer", "offers"]


@dataclass(frozen=True)
class Offer:
    """A product as it is sold now."""

    product_id: str
    name: str
    image_url: str
    price_cents: int
    currency: str


async def offers(products: Peer, product_ids: list[str]) -> dict[str, Offer]:
    """The offers for all `product_ids`. Raises Unprocessable, naming those that are not sold; Unavailable."""
    response = await products.get("/internal/products", params=[("id", i) for i in product_ids])
    found = {
        item["id"]: Offer(item["id"], item["name"], item["imageUrl"], item["priceCents"], item["currency"])
        for item in response.raise_for_status().json()["items"]
    }
    missing = [i for i in product_ids if i not in found]
    if missing:
        raise Unprocessable("Some products are not sold here.", productIds=missing)
    return found
