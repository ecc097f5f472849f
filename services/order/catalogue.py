"""What the product service says of products at this moment, past every cache."""

from pydantic import Field

from services.shared.answers import Answer, Name
from services.shared.errors import Unprocessable
from services.shared.money import Cents, Currency
from services.shared.peer import Peer
from services.shared.schemas import Identifier

__all__ = ["Catalogue", "Offer"]


class Offer(Answer):
    """A product as it is sold now."""

    product_id: Identifier = Field(alias="id")
    name: Name
    image_url: Name
    price_cents: Cents
    currency: Currency


class _Offers(Answer):
    items: list[Offer] = Field(max_length=50)


class Catalogue:
    """The catalogue of the product service."""

    def __init__(self, products: Peer) -> None:
        self._products = products

    async def offers(self, product_ids: list[str]) -> dict[str, Offer]:
        """The offers for all `product_ids`. Raises Unprocessable, naming those that are not sold; Unavailable."""
        answer = await self._products.get("/internal/products", params=[("id", i) for i in product_ids])
        found = {offer.product_id: offer for offer in self._products.read(answer, _Offers).items}
        missing = [i for i in product_ids if i not in found]
        if missing:
            raise Unprocessable("Some products are not sold here.", kind="unknown-products", productIds=missing)
        return found
