"""The cart, and how many of a product: by keyboard, with what changed meanwhile, and with a damaged storage."""

import json
import re
import uuid

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin
from tests.platform.visitor import SESSION, Visitor

CART = "glasshouse.cart"


def named(admin: Admin, name: str, stock: int = 5, **more: object) -> dict[str, str]:
    """A product of 10 euros with a name of its own."""
    body = {
        "name": f"{name} {uuid.uuid4().hex[:6]}",
        "category": "Test",
        "priceCents": 1_000,
        "stock": stock,
        **more,
    }
    answer = admin.http.post("/api/products", json=body)
    answer.raise_for_status()
    added: dict[str, str] = answer.json()
    return added


def keep(visitor: Visitor, **items: str) -> None:
    """Put texts into the storage, as an earlier visit left them."""
    visitor.page.goto("/images/products/none.svg")
    visitor.page.evaluate("items => Object.assign(localStorage, items)", items)


def cart_of(*lines: tuple[dict[str, str], int]) -> dict[str, str]:
    """The storage with a cart of these products."""
    kept = [{"productId": product["id"], "name": product["name"], "quantity": count} for product, count in lines]
    return {CART: json.dumps({"state": {"lines": kept}, "version": 0})}


def quantity(visitor: Visitor, product: dict[str, str]) -> Locator:
    """The field for how many of it."""
    return visitor.page.get_by_role("textbox", name=f"Quantity of {product['name']}")


def test_a_quantity_is_typed_over_what_was_there(visit: Visit, admin: Admin) -> None:
    """It may be empty meanwhile, and is at most what there is; only digits are taken."""
    mug = named(admin, "Mug", stock=40)
    visitor = visit()
    keep(visitor, **cart_of((mug, 1)))
    visitor.page.goto("/cart")
    field = quantity(visitor, mug)
    field.press("End")
    field.press("Backspace")
    expect(field).to_have_value("")
    visitor.page.keyboard.type("3")
    expect(field).to_have_value("3")
    expect(visitor.link("Cart, 3 items")).to_be_visible()
    field.fill("0x10")
    expect(field).to_have_value("3")
    for typed, kept in (("", "3"), ("999999", "40"), ("0", "1")):
        field.fill(typed)
        field.press("Enter")
        expect(field).to_have_value(kept)


def test_how_many_of_one_product_is_not_how_many_of_the_next(visit: Visit, admin: Admin) -> None:
    """From a product to one like it and back."""
    category = f"Set {uuid.uuid4().hex[:6]}"
    cup, plate = (named(admin, name, stock=90, category=category) for name in ("Cup", "Plate"))
    visitor = visit()
    visitor.page.goto(f"/products/{cup['id']}")
    visitor.link(plate["name"]).click()
    quantity(visitor, plate).fill("40")
    visitor.page.go_back()

    expect(quantity(visitor, cup)).to_have_value("1")


def test_the_keyboard_keeps_its_place_in_the_cart(visit: Visit, admin: Admin) -> None:
    """At the most that there is, and after a line is removed, which is also said."""
    one, other = named(admin, "One", stock=3), named(admin, "Other")
    visitor = visit()
    keep(visitor, **cart_of((one, 2), (other, 1)))
    visitor.page.goto("/cart")
    more = visitor.button(f"One more of {one['name']}")
    more.press("Enter")
    expect(visitor.link("Cart, 4 items")).to_be_visible()
    expect(more).to_be_focused()
    more.press("Enter")
    expect(quantity(visitor, one)).to_have_value("3")

    visitor.button(f"Remove {one['name']}").press("Enter")
    said = visitor.page.get_by_role("status").filter(has_text=f"{one['name']} is removed from your cart.")
    expect(said).to_be_visible()
    expect(visitor.link(other["name"])).to_be_focused()
    visitor.button(f"Remove {other['name']}").press("Enter")
    expect(visitor.page.get_by_text("Your cart is empty")).to_be_visible()
    expect(visitor.heading("Your cart")).to_be_focused()


def test_what_is_sold_no_more_cannot_be_ordered(visit: Visit, admin: Admin) -> None:
    """Also when the page read it before it was deleted; its own page says so too."""
    gone, left = named(admin, "Gone"), named(admin, "Left")
    visitor = visit()
    visitor.expect_status(404, f"/api/products/{gone['id']}")
    visitor.page.clock.install()
    keep(visitor, **cart_of((gone, 1), (left, 1)))
    visitor.page.goto("/cart")
    expect(visitor.link("Go to checkout")).to_be_visible()
    admin.http.delete(f"/api/products/{gone['id']}").raise_for_status()
    visitor.link("Continue shopping").click()
    visitor.page.clock.fast_forward("00:06")  # what was read is old
    visitor.link("Cart, 2 items").click()

    expect(visitor.page.get_by_text("We no longer sell this.")).to_be_visible()
    expect(visitor.page.get_by_label("Summary")).to_contain_text(re.compile(r"Total\s*€10\.00"))
    expect(visitor.button("Go to checkout")).to_be_disabled()
    visitor.link(gone["name"]).click()
    expect(visitor.heading("There is no such product")).to_be_visible()


def test_more_pieces_than_an_order_may_have_are_told_in_the_cart(visit: Visit, admin: Admin) -> None:
    """No such order could be placed."""
    products = [named(admin, name, stock=100) for name in ("A", "B", "C")]
    visitor = visit()
    keep(visitor, **cart_of(*((product, 67) for product in products)))
    visitor.page.goto("/cart")
    expect(visitor.page.get_by_text("An order may have at most 200 pieces.")).to_be_visible()
    expect(visitor.button("Go to checkout")).to_be_disabled()
    visitor.button(f"One less of {products[0]['name']}").click()
    expect(visitor.link("Go to checkout")).to_be_visible()


@pytest.mark.parametrize("state", [{"lines": None, "tokens": {}}, "abc", [None], {"tokens": {"token": 5}}])
def test_a_damaged_storage_leaves_a_shop(visit: Visit, state: object) -> None:
    """Nobody is logged in, and the cart is empty; one can buy again."""
    visitor = visit()
    kept = json.dumps({"state": state, "version": 0})
    keep(visitor, **{CART: kept, SESSION: kept})
    visitor.page.goto("/products/1")
    expect(visitor.link("Log in")).to_be_visible()
    visitor.button("Add to cart").click()
    expect(visitor.link("Cart, 1 item")).to_be_visible()


def test_a_full_storage_takes_nothing_out_of_the_cart(visit: Visit) -> None:
    """It goes on until the page is left, without an error."""
    visitor = visit()
    visitor.page.goto("/products/1")
    visitor.page.evaluate("""() => {
        for (let size = 5e6; size >= 1; size = Math.floor(size / 2))
            for (let left = 20; left; left--)
                try { localStorage.setItem(`filler ${size} ${left}`, "x".repeat(size)) } catch { break }
    }""")
    visitor.button("Add to cart").click()
    expect(visitor.page.get_by_text("is in your cart.")).to_be_visible()
    visitor.link("Cart, 1 item").click()
    expect(visitor.link("Go to checkout")).to_be_visible()


@pytest.mark.parametrize(
    "search", ["sort=constructor", "q=%00", "category=%00", f"category={'x' * 200}", "min=999999999"]
)
def test_an_address_made_by_anybody_shows_products_or_none(visit: Visit, search: str) -> None:
    """What the API would refuse is left out or cut off."""
    visitor = visit()
    visitor.page.goto(f"/?{search}")
    products = visitor.page.get_by_role("main").get_by_role("heading", level=2)
    expect(products.first.or_(visitor.page.get_by_text("Nothing matches"))).to_be_visible()


def test_a_page_whose_code_was_not_loaded_leads_back_into_a_shop_that_works(visit: Visit) -> None:
    """A browser does not load again what it failed to load, so the way back is by the server."""
    visitor = visit()
    page = visitor.page
    page.goto("/")
    page.route("**/assets/CartPage*.js", lambda route: route.abort(), times=1)
    visitor.link("Cart, 0 items").click()
    expect(visitor.heading("This page could not be displayed")).to_be_visible()
    visitor.link("To the shop").click()
    visitor.link("Cart, 0 items").click()
    expect(visitor.heading("Your cart")).to_be_visible()
    visitor.faults[:] = [fault for fault in visitor.faults if "CartPage" not in fault]
