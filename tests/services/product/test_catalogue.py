"""The seed catalogue: 60 products, each with a picture of its own that is safe to serve."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from services.product.commands import new_document
from services.product.schemas import NewProductRequest

ROOT = Path(__file__).parents[3]
CATALOGUE: list[dict[str, Any]] = json.loads((ROOT / "services/product/catalogue.json").read_text())
PICTURES = ROOT / "frontend/public"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "defs", "linearGradient", "stop", "g", "rect", "circle", "ellipse", "path"}


def test_a_seeded_product_waits_for_the_broker_from_now_on() -> None:
    """However old it is: else the outbox would look stuck for months while a new platform starts."""
    product = NewProductRequest.model_validate(
        {name: value for name, value in CATALOGUE[0].items() if name != "id"}
    )
    began = datetime.now(UTC) - timedelta(seconds=1)
    document = new_document("1", product, "EUR", began - timedelta(days=300))
    assert document["createdAt"] == began - timedelta(days=300)
    assert [began <= entry["at"] <= datetime.now(UTC) for entry in document["outbox"]] == [True]


def test_sixty_products_in_six_categories() -> None:
    """Ids are "1" to "60"; every category has ten products; names are unique."""
    assert [product["id"] for product in CATALOGUE] == [str(number) for number in range(1, 61)]
    assert sorted(Counter(product["category"] for product in CATALOGUE).values()) == [10] * 6
    assert len({product["name"] for product in CATALOGUE}) == 60


@pytest.mark.parametrize("product", CATALOGUE, ids=lambda product: product["id"])
def test_product_is_complete(product: dict[str, Any]) -> None:
    """Money and stock are integers, and the description is two sentences."""
    NewProductRequest.model_validate({name: value for name, value in product.items() if name != "id"})
    assert product.keys() == {
        "id", "name", "description", "category", "priceCents", "stock", "imageUrl", "deliveryDays",
        "specifications",
    }  # fmt: skip
    assert isinstance(product["priceCents"], int)
    assert 100 <= product["priceCents"] <= 50_000
    assert isinstance(product["stock"], int)
    assert product["stock"] == 0 or 20 <= product["stock"] <= 200
    assert len(re.findall(r"\.(?= [A-Z]|$)", product["description"])) == 2


@pytest.mark.parametrize("product", CATALOGUE, ids=lambda product: product["id"])
def test_specifications_are_a_table(product: dict[str, Any]) -> None:
    """Five lines at least, each name once, and no sentences; heavy things take longer to be delivered."""
    names = [line["name"] for line in product["specifications"]]
    assert 5 <= len(names) == len(set(names)) <= 8
    assert not [line for line in product["specifications"] if line["value"].endswith(".")]
    assert 2 <= product["deliveryDays"] <= 5


def test_stocks_that_examples_rely_on() -> None:
    """Product 1 is plentiful, 13 is scarce, 60 is sold out."""
    stock = {product["id"]: product["stock"] for product in CATALOGUE}
    assert stock["1"] >= 100
    assert (stock["13"], stock["60"]) == (20, 0)


@pytest.mark.parametrize("product", CATALOGUE, ids=lambda product: product["id"])
def test_picture_is_plain_and_local(product: dict[str, Any]) -> None:
    """A picture parses, holds only shapes, and refers to nothing outside itself."""
    assert product["imageUrl"] == f"/images/products/{product['id']}.svg"
    text = (PICTURES / product["imageUrl"].lstrip("/")).read_text()
    assert len(text) < 4096
    for element in ElementTree.fromstring(text).iter():
        assert element.tag.removeprefix(SVG) in SHAPES
        for name, value in element.attrib.items():
            assert not re.match(r"on|style|.*href", name)
            assert "url(" not in value or value == "url(#b)"


def test_pictures_are_distinct_and_small() -> None:
    """No picture is used twice, and all together weigh little."""
    texts = [(PICTURES / product["imageUrl"].lstrip("/")).read_bytes() for product in CATALOGUE]
    assert len(set(texts)) == 60
    assert sum(map(len, texts)) < 250_000
