"""What clients send and get."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from services.shared.schemas import WHOLE, Page, Request, Schema, Text, Whole

__all__ = [
    "CategoriesResponse",
    "CategoryResponse",
    "EditRequest",
    "LowStockResponse",
    "NewProductRequest",
    "OffersResponse",
    "ProductDetailsResponse",
    "ProductPageResponse",
    "ProductRequest",
    "ProductResponse",
    "Specification",
    "StockRequest",
]

# Below /images/ of this site: its pages may load pictures from nowhere else (gateway/headers.conf.template).
# No name begins with a full stop, so that `..` leads nowhere.
_PICTURE = r"^/images(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$"


def _loadable(url: str) -> str:
    if not re.fullmatch(_PICTURE, url):
        raise ValueError("must be the path of a picture of this shop, such as /images/products/1.svg")
    return url


_Picture = Annotated[
    str,
    StringConstraints(max_length=500),
    AfterValidator(_loadable),
    Field(json_schema_extra={"pattern": _PICTURE}),
]


_LAMP: JsonDict = {
    "name": "Lamp",
    "description": "It gives light.",
    "category": "Home",
    "priceCents": 1999,
    "imageUrl": "/images/products/none.svg",
    "specifications": [{"name": "Weight", "value": "250 g"}],
    "deliveryDays": 2,
}


class Specification(Schema):
    """One line of a product's table, such as Weight: 250 g."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=60)]
    value: Annotated[Text, StringConstraints(min_length=1, max_length=200)]


class ProductRequest(Request):
    """What an admin may set of a product."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LAMP]})

    name: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    description: Annotated[Text, StringConstraints(max_length=5_000)] = ""
    category: Annotated[Text, StringConstraints(min_length=1, max_length=60)]
    price_cents: Whole = Field(ge=0, le=100_000_000, description="minor units of the shop's currency")
    image_url: _Picture = "/images/products/none.svg"
    specifications: list[Specification] = Field(default_factory=list, max_length=20, fail_fast=True)
    delivery_days: Whole = Field(default=3, ge=1, le=60, description="working days until it is delivered, at most")


class EditRequest(ProductRequest):
    """An edit of a product: all that an admin may set."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LAMP, {**_LAMP, "version": 1}]})

    version: Annotated[int, Field(ge=1, le=1_000_000_000), WHOLE] | None = Field(
        default=None,
        description="of the product that was read: 409 when somebody has changed it since",
    )


class NewProductRequest(ProductRequest):
    """A product to add."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_LAMP, "stock": 9}]})

    stock: Whole = Field(default=0, ge=0, le=1_000_000)


class StockRequest(Request):
    """How many come in (positive) or go out (negative)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"delta": 5}, {"delta": -1}]})

    delta: Whole = Field(ge=-1_000_000, le=1_000_000)


class ProductResponse(Schema):
    """A product. `stock` is what is available: on hand less reserved; in lists it may be 5 s old."""

    id: str
    name: str
    description: str
    category: str
    price_cents: int
    currency: str
    image_url: str
    stock: int
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="raised by each change of an admin; send it with an edit")


class ProductDetailsResponse(ProductResponse):
    """A product with what only its own page shows."""

    specifications: list[Specification] = Field(default_factory=list)
    delivery_days: int = Field(default=3, description="working days until it is delivered, at most")


class ProductPageResponse(Page[ProductResponse]):
    """One page of the catalogue."""

    total: int | None = Field(
        default=None,
        description="how many products match, counted up to 1,000; null on later pages, and of a long list that "
        "nothing narrows",
    )
    searched_for: str | None = Field(
        default=None,
        description="the words that were searched for instead of `q`, which nothing has; "
        "ask for later pages with these words",
    )


class OffersResponse(Page[ProductResponse]):
    """Products as they are sold now, for other services."""


class LowStockResponse(Schema):
    """The products of which few are left or none, the fewest first."""

    items: list[ProductResponse]
    is_more: bool = Field(description="there are more than these 50")


class CategoryResponse(Schema):
    """A category and how many products are in it."""

    name: str
    count: int


class CategoriesResponse(Schema):
    """All categories."""

    items: list[CategoryResponse]
