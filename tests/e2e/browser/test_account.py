"""Logging in, staying logged in, and what an admin changes."""

import re
import uuid

from playwright.sync_api import Request, Route, expect

from tests.e2e.browser.conftest import Visit
from tests.platform.client import PASSWORD, Admin, Customer
from tests.platform.visitor import Visitor


def test_too_many_logins_are_told_with_the_time_to_wait(visit: Visit) -> None:
    """The gateway says 429; the page says what that means, and when to try again."""
    visitor = visit()
    page = visitor.page
    visitor.expect_status(401, "/api/users/login")
    visitor.expect_status(429, "/api/users/login")
    page.goto("/login")
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password").fill("a wrong guess")
    page.evaluate("""async () => {
        const body = JSON.stringify({email: "nobody@example.com", password: "x"});
        const headers = {"Content-Type": "application/json"};
        const guess = () => fetch("/api/users/login", {method: "POST", headers, body});
        await Promise.allSettled(Array.from({length: 40}, guess));
    }""")
    visitor.button("Log in").click()

    alert = page.get_by_role("alert").filter(has_text="You could not be logged in.")
    expect(alert).to_contain_text("That was too many tries in a short time.")
    expect(alert).to_contain_text(re.compile(r"Try again in \d+ s\.|You can try again now\."))
    expect(alert).to_contain_text("Request id")


def test_a_token_that_expired_is_renewed_once_and_nobody_notices(
    visit: Visit, customer: Customer, admin: Admin
) -> None:
    """Several requests find it expired; one renewal serves them all."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    visitor = visit(customer)
    visitor.expect_status(401, "/api/")
    visitor.expect_status(404, "/api/payments/")
    visitor.page.goto(f"/orders/{order_id}")
    renewals: list[Request] = []
    visitor.context.on("request", lambda one: renewals.append(one) if one.url.endswith("/refresh") else None)
    visitor.spoil_token()

    expect(visitor.page.get_by_text("Everything is reserved for you")).to_be_visible()
    visitor.link("All orders").click()
    expect(visitor.page.get_by_text("Awaiting payment")).to_be_visible()
    assert len(renewals) == 1


def test_a_session_that_is_over_asks_for_the_login_and_goes_back(visit: Visit, customer: Customer) -> None:
    """To the page where one was."""
    visitor = visit(customer)
    visitor.expect_status(401, "/api/")
    visitor.page.goto("/account")
    expect(visitor.page.get_by_text(customer.email)).to_be_visible()
    customer.http.post("/api/users/logout-all").raise_for_status()
    visitor.spoil_token()

    expect(visitor.page.get_by_text("Your session has ended.")).to_be_visible()
    visitor.page.get_by_label("Email").fill(customer.email)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Log in").click()
    expect(visitor.page).to_have_url(re.compile("/account$"))
    expect(visitor.page.get_by_text(customer.email)).to_be_visible()


def test_a_wrong_password_is_told_at_its_field(visit: Visit, customer: Customer) -> None:
    """And the right one goes on to where the visitor wanted to go."""
    visitor = visit()
    visitor.expect_status(401, "/api/users/login")
    visitor.page.goto("/orders")
    visitor.page.get_by_label("Email").fill(customer.email)
    visitor.page.get_by_label("Password").fill("another password")
    visitor.button("Log in").click()
    expect(visitor.page.get_by_label("Password")).to_have_accessible_description(
        "The email or the password is wrong."
    )

    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Log in").click()
    expect(visitor.heading("Your orders")).to_be_visible()


def test_logging_out_ends_the_session_here_and_at_the_service(visit: Visit, customer: Customer) -> None:
    """Nothing is left in the browser, and the refresh token is not good any more."""
    visitor = visit(customer)
    visitor.page.goto("/account")
    with visitor.page.expect_response("**/api/users/logout"):  # the page does not wait for it
        visitor.button("Log out").click()

    expect(visitor.link("Log in")).to_be_visible()
    assert visitor.stored("glasshouse.session")["state"]["tokens"] is None
    body = {"refreshToken": customer.tokens["refreshToken"]}
    assert customer.http.post("/api/users/refresh", json=body).status_code == 401


def test_a_customer_sees_what_an_admin_changed(visit: Visit, admin: Admin) -> None:
    """At the next look: no cache, of the shop or of the browser, shows the old price."""
    product = admin.add_product(stock=3)
    old = admin.http.get(f"/api/products/{product}").json()["name"]
    customer, manager = visit(), visit(admin)
    customer.page.goto(f"/products/{product}")
    expect(customer.page.get_by_text("€10.00").first).to_be_visible()  # others like it stand below

    manager.page.goto("/admin/products")
    manager.page.get_by_role("searchbox", name="Find a product").fill(old)
    manager.button(f"Edit {old}").click()
    dialog = manager.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(f"{old}, better")
    dialog.get_by_label("Price in EUR").fill("12.50")
    manager.button("Save product").click()
    expect(manager.page.get_by_text(f"{old}, better is saved.")).to_be_visible()
    customer.page.reload()

    expect(customer.heading(f"{old}, better")).to_be_visible()
    expect(customer.page.get_by_text("€12.50").first).to_be_visible()


def test_an_admin_adds_stocks_and_deletes_a_product(visit: Visit, admin: Admin) -> None:
    """All of it in the pages; a dialog gives the focus back; afterwards the shop does not know it any more."""
    name = f"Kettle {admin.add_product(stock=0)[-12:]}"
    manager = visit(admin)
    page = manager.page
    page.goto("/admin/products")
    manager.button("New product").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Category").fill("Test")
    dialog.get_by_label("Price in EUR").fill("19.90")
    dialog.get_by_label("Stock").fill("2")
    manager.button("Save product").click()
    row = page.get_by_role("listitem").filter(has_text=name)
    expect(row).to_contain_text("2 available")

    manager.button(f"Stock of {name}").click()
    page.get_by_label("Change by").fill("5")
    manager.button("Change stock").click()
    expect(row).to_contain_text("7 available")
    expect(manager.button(f"Stock of {name}")).to_be_focused()
    manager.button(f"Delete {name}").click()
    manager.button("Delete product").click()
    expect(page.get_by_text(f"{name} is deleted.")).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()  # the button that had the focus has gone
    assert manager.page.request.get(f"/api/products?q={name}").json()["items"] == []


def test_pages_of_admins_are_not_there_for_others(visit: Visit, customer: Customer) -> None:
    """For a customer they do not exist."""
    visitor = visit(customer)
    visitor.page.goto("/admin/products")

    expect(visitor.heading("Page not found")).to_be_visible()


def lose(route: Route) -> None:
    """The request reaches the shop, and its answer is lost."""
    route.fetch()
    route.abort()


def test_an_account_that_was_made_is_not_called_a_failure(visit: Visit) -> None:
    """The login after it was refused: the page leads to the login and says what is done."""
    visitor = visit()
    page = visitor.page
    visitor.expect_status(503, "/api/users/login")
    email = f"made-{uuid.uuid4().hex}@example.com"
    page.goto("/register?next=/account")
    page.route("**/api/users/login", lambda route: route.fulfill(status=503, json={}), times=1)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Create account").click()
    expect(page.get_by_text("Your account is created. Log in.")).to_be_visible()

    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Log in").click()
    expect(page.get_by_role("main").get_by_text(email)).to_be_visible()


def test_an_account_whose_answer_was_lost_is_not_known(visit: Visit) -> None:
    """The page does not say that it failed; a second click finds it."""
    visitor = visit()
    page = visitor.page
    visitor.expect_status(409, "/api/users/register")
    page.goto("/register")
    page.route("**/api/users/register", lose, times=1)
    page.get_by_label("Email").fill(f"lost-{uuid.uuid4().hex}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Create account").click()
    expect(page.get_by_text("We do not know whether your account was created.")).to_be_visible()
    visitor.button("Create account").click()
    expect(page.get_by_text("There is an account with this email.")).to_be_visible()


def test_a_password_that_was_changed_is_not_called_a_failure(visit: Visit, customer: Customer) -> None:
    """The login after it was refused: the page leads to the login, and the new password is good."""
    visitor = visit(customer)
    page = visitor.page
    visitor.expect_status(503, "/api/users/login")
    page.goto("/account")
    page.route("**/api/users/login", lambda route: route.fulfill(status=503, json={}), times=1)
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill("another-1")
    visitor.button("Change password").click()
    expect(page.get_by_text("Your password is changed. Log in.")).to_be_visible()

    page.get_by_label("Email").fill(customer.email)
    page.get_by_label("Password").fill("another-1")
    visitor.button("Log in").click()
    expect(visitor.heading("Your account")).to_be_visible()


def lost_change_of_stock(visit: Visit, admin: Admin) -> tuple[Visitor, str, str]:
    """Five are added to ten of a product, and the answer is lost: the visitor, the product's id and its name."""
    product = admin.add_product(stock=10)
    name = admin.http.get(f"/api/products/{product}").json()["name"]
    manager = visit(admin)
    manager.page.goto("/admin/products")
    manager.page.get_by_role("searchbox", name="Find a product").fill(name)
    manager.button(f"Stock of {name}").click()
    manager.page.route("**/stock", lose, times=1)
    manager.page.get_by_label("Change by").fill("5")
    manager.button("Change stock").click()
    return manager, product, name


def test_a_change_of_stock_whose_answer_was_lost_is_not_known(visit: Visit, admin: Admin) -> None:
    """The page says so and reads the stock again; what is too much is told as that."""
    manager, product, _ = lost_change_of_stock(visit, admin)
    page = manager.page
    expect(page.get_by_text("We do not know whether the stock was changed.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Available now: 15")

    manager.expect_status(409, f"/api/products/{product}/stock")
    page.get_by_label("Change by").fill("-999")
    manager.button("Change stock").click()
    expect(page.get_by_text("That is more than is available.")).to_be_visible()


def test_a_change_of_stock_that_is_sent_again_is_made_once(visit: Visit, admin: Admin) -> None:
    """The same change in the same form is a repeat; when the form is opened again, it is a new one."""
    manager, _, name = lost_change_of_stock(visit, admin)
    page = manager.page
    expect(page.get_by_text("the same change is made only once")).to_be_visible()
    manager.button("Change stock").click()
    expect(page.get_by_text(f"{name}: 15 available.")).to_be_visible()

    manager.button(f"Stock of {name}").click()
    page.get_by_label("Change by").fill("5")
    manager.button("Change stock").click()
    expect(page.get_by_text(f"{name}: 20 available.")).to_be_visible()


def test_a_product_whose_answer_was_lost_is_not_known(visit: Visit, admin: Admin) -> None:
    """The list behind the form shows the product, and saving it again adds no second one."""
    manager = visit(admin)
    page = manager.page
    name = f"Lost {uuid.uuid4().hex[:8]}"
    page.goto("/admin/products")
    page.get_by_role("searchbox", name="Find a product").fill(name)
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    manager.button("New product").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Category").fill("Test")
    dialog.get_by_label("Price in EUR").fill("5")
    page.route("**/api/products", lose, times=1)
    manager.button("Save product").click()
    expect(dialog.get_by_text("We do not know whether the product was saved.")).to_be_visible()
    manager.button("Save product").click()
    expect(page.get_by_text(f"{name} is saved.")).to_be_visible()
    expect(manager.button(f"Edit {name}")).to_have_count(1)


def test_an_admin_is_asked_before_an_order_is_cancelled(visit: Visit, customer: Customer, admin: Admin) -> None:
    """Each button says which order it is for; an unknown status in the address shows all orders."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    manager = visit(admin)
    manager.page.goto("/admin/orders?status=constructor")
    manager.button(f"Cancel order {order_id}").click()
    manager.button("Keep order").click()
    expect(manager.button(f"Cancel order {order_id}")).to_be_focused()
    assert customer.order_view(order_id)["status"] == "awaiting_payment"

    manager.button(f"Cancel order {order_id}").click()
    manager.button("Yes, cancel it").click()
    expect(manager.page.get_by_text("The order is cancelled.")).to_be_visible()
    customer.until(order_id, "cancelled")
