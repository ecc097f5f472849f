"""What clients send and get."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from services.shared.schemas import Schema, Text, Whole

__all__ = ["Categories", "Category", "NewProduct", "ProductEdit", "ProductView", "StockChange"]

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


class ProductEdit(Schema):
    """What an admin may set of a product."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    description: Annotated[Text, StringConstraints(max_length=5_000)] = ""
    category: Annotated[Text, StringConstraints(min_length=1, max_length=60)]
    price_cents: Whole = Field(ge=0, le=100_000_000, description="minor units of the shop's currency")
    image_url: _Picture = "/images/products/none.svg"


class NewProduct(ProductEdit):
    """A product to add."""

    stock: Whole = Field(default=0, ge=0, le=1_000_000)


class StockChange(Schema):
    """How many come in (positive) or go out (negative)."""

    delta: Whole = Field(ge=-1_000_000, le=1_000_000)


class ProductView(Schema):
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


class Category(Schema):
    """A category and how many products are in it."""

    name: str
    count: int


class Categories(Schema):
    """All categories."""

    items: list[Category]
