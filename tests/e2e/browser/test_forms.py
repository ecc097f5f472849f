"""Forms: what is sent, when, and where the focus is meanwhile."""

from playwright.sync_api import Route, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.test_shopping import go_to_checkout
from tests.platform.client import PASSWORD, Admin, Customer


def test_a_form_is_sent_once_and_keeps_the_focus(visit: Visit, customer: Customer) -> None:
    """Neither its button nor Enter in a field sends it again while the answer is on its way."""
    visitor = visit()
    page = visitor.page
    held: list[Route] = []
    page.route("**/api/users/login", lambda route: held.append(route))
    page.goto("/login")
    page.get_by_label("Email").fill(customer.email)
    page.get_by_label("Password").fill(PASSWORD)
    button = visitor.button("Log in")
    button.press("Enter")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_focused()
    button.press("Enter")
    page.get_by_label("Password").press("Enter")
    assert len(held) == 1
    held[0].continue_()
    expect(visitor.link("Account")).to_be_visible()
    assert len(held) == 1


def test_mending_one_field_does_not_lead_to_another(visit: Visit, customer: Customer, admin: Admin) -> None:
    """Of two that are wrong the first is gone to when the form is sent, and never while one types."""
    visitor = visit(customer)
    page = visitor.page
    go_to_checkout(visitor, admin.add_product(stock=1))
    name, number = page.get_by_label("Full name"), page.get_by_label("Card number")
    number.fill("1")
    visitor.button("Place order").click()
    expect(number).to_be_focused()
    name.fill("")
    visitor.button("Place order").click()
    expect(name).to_be_focused()

    number.press("End")
    page.keyboard.type("23")
    expect(number).to_be_focused()
    expect(number).to_have_value("123")
    visitor.button("Place order").click()
    expect(name).to_be_focused()


def test_an_edit_of_somebody_else_is_not_undone(visit: Visit, admin: Admin) -> None:
    """Two admins have the same product open: the second one is told, and nothing is overwritten."""
    product = admin.add_product(stock=1)
    path = f"/api/products/{product}"
    now = admin.http.get(path).json()
    manager = visit(admin)
    page = manager.page
    manager.expect_status(409, path)
    page.goto("/admin/products")
    page.get_by_role("searchbox", name="Find a product").fill(now["name"])
    manager.button(f"Edit {now['name']}").click()
    other = {"name": now["name"], "category": now["category"], "priceCents": 4321}
    admin.http.put(path, json=other).raise_for_status()

    page.get_by_label("Description").fill("From before.")
    manager.button("Save product").click()
    expect(page.get_by_text("Somebody has changed the product since you read it.")).to_be_visible()
    assert admin.http.get(path).json()["priceCents"] == 4321

    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    manager.button(f"Edit {now['name']}").click()
    expect(page.get_by_label("Price in EUR")).to_have_value("43.21")
    page.get_by_label("Description").fill("From now.")
    manager.button("Save product").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    saved = admin.http.get(path).json()
    assert (saved["priceCents"], saved["description"]) == (4321, "From now.")


def test_an_edit_begins_with_the_product_as_it_is_now(visit: Visit, admin: Admin) -> None:
    """Not with what the page read before somebody else changed it: that would be refused."""
    path = f"/api/products/{admin.add_product(stock=1)}"
    now = admin.http.get(path).json()
    manager = visit(admin)
    page = manager.page
    page.goto("/admin/products")
    find = page.get_by_role("searchbox", name="Find a product")
    find.fill(now["name"])
    manager.link(now["name"]).click()
    expect(manager.heading(now["name"])).to_be_visible()
    page.go_back()
    other = {"name": now["name"], "category": now["category"], "priceCents": 4321}
    admin.http.put(path, json=other).raise_for_status()

    held: list[Route] = []
    page.route(f"**{path}", lambda route: held.append(route), times=1)
    find.fill(now["name"])
    with page.expect_request(f"**{path}"):
        manager.button(f"Edit {now['name']}").click()
    expect(page.get_by_role("dialog").get_by_text("Loading the product")).to_be_attached()
    held[0].continue_()
    expect(page.get_by_label("Price in EUR")).to_have_value("43.21")
    page.get_by_label("Description").fill("From now.")
    manager.button("Save product").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert admin.http.get(path).json()["description"] == "From now."


def test_a_checkout_stays_until_its_page_is_left(visit: Visit, customer: Customer, admin: Admin) -> None:
    """The way to the order may be opened in another tab, and its page may take long to load."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    visitor = visit(customer)
    page = visitor.page
    visitor.expect_status(404, "/api/payments/")  # there is none
    page.goto(f"/checkout/{order_id}")
    with visitor.context.expect_page() as opened:
        visitor.link("your orders").click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", name="Order of")).to_be_visible()
    expect(visitor.heading("Pay for your order")).to_be_visible()

    held: list[Route] = []
    page.route("**/assets/OrderPage*.js", lambda route: held.append(route))
    with page.expect_request("**/assets/OrderPage*.js"):
        visitor.link("your orders").click()
    expect(visitor.heading("Pay for your order")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("heading", name="Order of")).to_be_visible()


def test_nobody_is_asked_to_pay_for_others(visit: Visit, customer: Customer, admin: Admin) -> None:
    """An admin, who sees the order and may cancel it."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    manager = visit(admin)
    manager.expect_status(404, "/api/payments/")  # there is none
    with manager.page.expect_response("**/api/payments/*"):
        manager.page.goto(f"/orders/{order_id}")
    expect(manager.page.get_by_text("Pay to complete the order.")).to_be_visible()
    expect(manager.button("Cancel order")).to_be_visible()
    assert not manager.page.get_by_text("reserved for you").count()
    assert not manager.link("Pay now").count()
