"""The contract of the catalogue over HTTP."""

import subprocess

import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Client, Customer
from tests.platform.faults import metric


def test_the_seeded_catalogue_is_there(platform: Layout) -> None:
    """60 products in 6 categories, with pictures that the shop itself serves."""
    with Client(platform) as visitor:
        categories = visitor.http.get("/api/products/categories").json()["items"]
        seeded = [category for category in categories if category["name"] != "Test"]
        assert [category["count"] for category in seeded] == [10] * 6
        product = visitor.http.get("/api/products/1").json()
        picture = visitor.http.get(product["imageUrl"])
    assert picture.headers["content-type"] == "image/svg+xml"


def test_search_filter_sort_and_paging(platform: Layout) -> None:
    """Words of the name, beginnings of words, price range, order, and no product twice."""
    with Client(platform) as visitor:

        def ids(**params: str) -> list[str]:
            return [item["id"] for item in visitor.http.get("/api/products", params=params).json()["items"]]

        assert "1" in ids(q="over-ear head")
        assert ids(q="no such thing at all") == []
        assert len(ids(category="Audio", limit="100")) == 10
        prices = [
            item["priceCents"]
            for item in visitor.http.get("/api/products?sort=-price&minPrice=2000&limit=30").json()["items"]
        ]
        assert prices == sorted(prices, reverse=True)
        assert min(prices) >= 2000
        seen: list[str] = []
        page = visitor.http.get("/api/products?sort=name&limit=7").json()
        while True:
            seen += [item["id"] for item in page["items"]]
            if page["nextCursor"] is None:
                break
            page = visitor.http.get(
                "/api/products", params={"sort": "name", "limit": 7, "cursor": page["nextCursor"]}
            ).json()
    assert len(seen) == len(set(seen))
    assert {str(n) for n in range(1, 61)} <= set(seen)


def test_an_etag_saves_the_body(platform: Layout) -> None:
    """304 for what the client has; the cache says hit or miss."""
    with Client(platform) as visitor:
        first = visitor.http.get("/api/products?limit=3&q=lamp")
        again = visitor.http.get("/api/products?limit=3&q=lamp", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert {first.headers["x-cache"], again.headers["x-cache"]} <= {"HIT", "MISS"}


def test_a_write_is_seen_at_once(platform: Layout, admin: Admin) -> None:
    """On both replicas: edit, stock, delete."""
    product = admin.add_product(stock=1)
    path = f"/api/products/{product}"
    with Client(platform) as visitor:
        for name in ("Once", "Twice", "Thrice"):
            admin.http.put(path, json={"name": name, "category": "Test", "priceCents": 5}).raise_for_status()
            assert [visitor.http.get(path).json()["name"] for _ in range(4)] == [name] * 4
        assert admin.http.post(f"{path}/stock", json={"delta": 4}).json()["stock"] == 5
        assert visitor.stock(product) == 5
        assert admin.http.delete(path).status_code == 204
        assert [visitor.http.get(path).status_code for _ in range(4)] == [404] * 4
    assert admin.http.delete(path).status_code == 404


def test_stock_never_goes_below_what_is_reserved(customer: Customer, admin: Admin) -> None:
    """409 with what there is."""
    product = admin.add_product(stock=5)
    customer.reserved_order(product, 3)

    answer = admin.http.post(f"/api/products/{product}/stock", json={"delta": -3})

    assert (answer.status_code, answer.json()["stock"]) == (409, 2)
    assert admin.http.post(f"/api/products/{product}/stock", json={"delta": -2}).json()["stock"] == 0


def test_only_admins_change_the_catalogue(customer: Customer) -> None:
    """403 for customers, 401 for nobody."""
    body = {"name": "Mine", "category": "Test", "priceCents": 1}
    assert customer.http.post("/api/products", json=body).status_code == 403
    assert customer.http.put("/api/products/1", json=body).status_code == 403
    assert customer.http.delete("/api/products/1").status_code == 403
    del customer.http.headers["Authorization"]
    assert customer.http.delete("/api/products/1").status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "sort=up",
        "minPrice=-1",
        "cursor=%00",
        "cursor=abc",
        "q=%00",
        "category=%00",
    ],
)
def test_a_bad_query_is_refused(platform: Layout, query: str) -> None:
    """422 as a problem document."""
    with Client(platform) as visitor:
        answer = visitor.http.get(f"/api/products?{query}")
    assert answer.status_code == 422, answer.text


def test_a_thousand_reads_pass_the_gateway_and_hit_the_cache(platform: Layout) -> None:
    """`ab -n 1000 -c 10` as people run it: nothing fails, and nearly all come from the cache.

    The services count, not Redis: readers of one moment share a command of it.
    """

    def hits() -> float:
        return sum(metric(platform, "product-service", "shop_cache_requests_total", outcome="hit"))

    before = hits()
    url = f"http://127.0.0.1:{platform.port('gateway')}/api/products"
    report = subprocess.run(
        ["ab", "-q", "-n", "1000", "-c", "10", url], capture_output=True, text=True, check=True
    ).stdout

    assert "Complete requests:      1000" in report
    assert "Failed requests:        0" in report
    assert "Non-2xx" not in report
    assert hits() - before > 950
