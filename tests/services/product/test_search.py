"""Search: how many were found, what was meant by a mistyped word, and what few are left of."""

from itertools import pairwise

import pytest
from pymongo.errors import AutoReconnect

from services.product import queries
from services.product import words as spelling
from services.product.queries import Criteria, Sort, find_product, low_stock
from services.product.schemas import ProductPageResponse
from services.product.vocabulary import Vocabulary
from services.product.words import corrected, is_one_typo
from tests.services.product.shop import Shop

WORDS = {"headphones": 1, "kettle": 3, "kettles": 1, "desk": 2, "lamp": 4, "lamps": 1, "straße": 1, "kitchen": 9}


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("headpones", "headphones"),
        ("haedphones", "headphones"),
        ("headphoness", "headphones"),
        ("headphonez", "headphones"),
        ("hedpho", "headphones"),  # the beginning of a word, as it is typed
        ("ketle", "kettle"),  # the more common of two
        ("KETLE", "kettle"),
        ("dexk lamp", "desk lamp"),
        ("dexk lmap", "desk lamp"),
        ("headphones", None),
        ("headph", None),
        ("lam", None),
        ("lmp", None),  # too short: almost every word would be near
        ("hxadphonxs", None),  # two typos
        ("dexk zzzz", None),  # one of the words is like none
        ("(", None),
        ("$where", None),
        ("", None),
    ],
)
def test_what_was_meant(q: str, meant: str | None) -> None:
    """One letter is missing, too much, wrong or in its neighbour's place; whatever is right stays."""
    assert corrected(q, WORDS) == meant


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("lamp", "lamp", False),
        ("lamp", "lap", True),
        ("lamp", "clamp", True),
        ("lamp", "damp", True),
        ("lamp", "lapm", True),
        ("lamp", "plam", False),
        ("lamp", "lam", True),
        ("lamp", "laps", False),
        ("ab", "ba", True),
        ("abcd", "badc", False),
        ("", "a", True),
        ("", "", False),
    ],
)
def test_one_typo(one: str, other: str, near: bool) -> None:
    """Whichever of the two is the mistyped one."""
    assert is_one_typo(one, other) is is_one_typo(other, one) is near


def test_a_query_of_any_shape_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three mistyped words are compared with all that there are; with more of them nothing is corrected."""
    compared = 0

    def counting(one: str, other: str) -> bool:
        nonlocal compared
        compared += 1
        return is_one_typo(one, other)

    monkeypatch.setattr(spelling, "is_one_typo", counting)
    words = {f"w{number:05d}": 1 for number in range(5_000)}
    assert corrected("w0000x w0001x w0002x w00030", words) == "w00000 w00010 w00020 w00030"
    compared = 0
    assert corrected(" ".join(f"w00{number}x" for number in range(10, 24)), words) is None
    assert compared <= 3 * len(words)


async def search(shop: Shop, q: str | None = None, *, limit: int = 10, **more: object) -> ProductPageResponse:
    """The first page, with a vocabulary of this moment."""
    criteria = Criteria.model_validate({"q": q, **more})
    return await queries.search(
        shop.store, Vocabulary(shop.store), criteria, sort=Sort.NAME, limit=limit, cursor=None
    )


async def test_a_mistyped_word_finds_what_was_meant(shop: Shop) -> None:
    """The answer says what was searched for; the pages after the first are those of these words."""
    for number in range(3):
        await shop.product(name=f"Kettle {number}")
    first = await search(shop, "ketle", limit=2)
    assert [item.name for item in first.items] == ["Kettle 0", "Kettle 1"]
    assert (first.searched_for, first.total) == ("kettle", 3)
    second = await queries.search(
        shop.store,
        Vocabulary(shop.store),
        Criteria(q=first.searched_for),
        sort=Sort.NAME,
        limit=2,
        cursor=first.next_cursor,
    )
    assert [item.name for item in second.items] == ["Kettle 2"]
    assert (second.searched_for, second.total) == (None, None)


async def test_what_is_found_is_not_corrected(shop: Shop) -> None:
    """Also where a more common word is near."""
    for name in ("Lamp", "Lamp", "Lamb"):
        await shop.product(name=name)
    found = await search(shop, "lamb")
    assert ([item.name for item in found.items], found.searched_for) == (["Lamb"], None)


async def test_nothing_is_found_of_what_is_like_nothing(shop: Shop) -> None:
    """No words of other products, deleted ones or other categories."""
    await shop.product(name="Kettle", category="Kitchen")
    gone = await shop.product(name="Hammock", category="Outdoor")
    await shop.store.products.update_one({"_id": gone}, {"$set": {"deleted": True}})
    for q, category in (("zzzzzz", None), ("hamock", None), ("ketle", "Outdoor")):
        found = await search(shop, q, category=category)
        assert (found.items, found.total, found.searched_for) == ([], 0, None), q


async def test_the_words_are_read_once_in_a_while(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often somebody mistypes something, the products are looked through once a minute."""
    await shop.product(name="Kettle")
    looks = 0
    vocabulary = Vocabulary(shop.store)
    read = vocabulary._read

    async def counted() -> dict[str, int]:
        nonlocal looks
        looks += 1
        return await read()

    monkeypatch.setattr(vocabulary, "_read", counted)
    assert [await vocabulary.correct(q) for q in ("ketle", "kettel", "zzzz")] == ["kettle", "kettle", None]
    assert looks == 1


async def test_search_without_the_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the words cannot be read, a search is answered all the same, with no correction."""
    await shop.product(name="Kettle")
    vocabulary = Vocabulary(shop.store)

    async def broken() -> dict[str, int]:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr(vocabulary, "_read", broken)
    page = await queries.search(shop.store, vocabulary, Criteria(q="ketle"), sort=Sort.NAME, limit=5, cursor=None)
    assert (page.items, page.total, page.searched_for) == ([], 0, None)


async def test_how_many_there_are(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted on the first page, up to a limit; of a long list that nothing narrows the categories tell it."""
    for number in range(5):
        await shop.product(name=f"Lamp {number}", category="a", priceCents=number * 100)
    assert (await search(shop, "lamp", limit=2)).total == 5
    assert (await search(shop, category="a", limit=2)).total == 5
    assert (await search(shop, min_price=200, max_price=300, limit=1)).total == 2
    assert (await search(shop, limit=2)).total is None
    assert (await search(shop, limit=5)).total == 5
    monkeypatch.setattr(queries, "COUNTED", 3)
    assert (await search(shop, "lamp", limit=2)).total == 3


async def test_low_stock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sold out comes first; deleted products and those with enough are not told of.

    An answer that does not have all of them says so.
    """
    for stock in (21, 20, 0, 3):
        await shop.product(stock)
    gone = await shop.product(1)
    await shop.store.products.update_one({"_id": gone}, {"$set": {"deleted": True}})
    few = await low_stock(shop.store)
    assert ([product.stock for product in few.items], few.is_more) == ([0, 3, 20], False)
    monkeypatch.setattr(queries, "_MOST_LOW", 2)
    some = await low_stock(shop.store)
    assert ([product.stock for product in some.items], some.is_more) == ([0, 3], True)


async def test_specifications_are_kept_in_their_order(shop: Shop) -> None:
    """A product from before, which has none of the fields, is shown without them."""
    table = [{"name": "Weight", "value": "1 kg"}, {"name": "Height", "value": "2 m"}]
    new = await shop.product(specifications=table, deliveryDays=5)
    shown = await find_product(shop.store, new)
    assert [line.model_dump() for line in shown.specifications] == table
    assert shown.delivery_days == 5
    await shop.store.products.update_one({"_id": new}, {"$unset": {"specifications": "", "deliveryDays": ""}})
    old = await find_product(shop.store, new)
    assert (old.specifications, old.delivery_days) == ([], 3)


async def test_names_sort_as_pages_say(shop: Shop) -> None:
    """The corrected list has the order that was asked for."""
    for name in ("Kettle b", "Kettle a"):
        await shop.product(name=name)
    found = [item.name for item in (await search(shop, "ketle")).items]
    assert all(one < other for one, other in pairwise(found))
