"""observability.request_id"""

import pytest

from observability import request_id


@pytest.mark.parametrize("value", ["abcd1234", "A.b_c-1234", "x" * 64])
def test_keeps_a_good_id(value: str) -> None:
    """An id of the agreed form is the client's to choose."""
    assert request_id.accept(value) == value


@pytest.mark.parametrize(
    "value", [None, "", "short12", "x" * 65, "has space1", "ünicode123", "line\nbreak", "abcd1234\n"]
)
def test_replaces_a_bad_id(value: str | None) -> None:
    """Anything else is replaced by a new id, which itself has the agreed form."""
    replaced = request_id.accept(value)
    assert replaced != value
    assert request_id.accept(replaced) == replaced


@pytest.mark.parametrize(
    "value",
    ["4242424242424242", "4242-4242-4242-4242", "order-3782.822463.10005", "eyJhbGciOiJFZERTQSJ9.eyJzdWIi"],
)
def test_replaces_what_looks_like_a_secret(value: str) -> None:
    """An id goes everywhere: a card or a token that somebody sends as one must not."""
    assert value not in request_id.accept(value)


def test_keeps_every_id_that_we_make() -> None:
    """Hexadecimal ids are by chance full of digits; they are never taken for a card."""
    for number in range(2_000):
        made = f"{number:032x}" if number % 2 else f"{4 * 10**31 + number:032d}"
        assert request_id.accept(made) == made


def test_is_bound_for_a_block() -> None:
    """Inside of a block the id is current; blocks nest."""
    assert request_id.current() == ""
    with request_id.bound("outer-id"):
        with request_id.bound("inner-id"):
            assert request_id.current() == "inner-id"
        assert request_id.current() == "outer-id"
    assert request_id.current() == ""


def test_of_a_scope_is_decided_once() -> None:
    """Whoever asks first decides; everybody after gets the same id, also when it had to be made."""
    scope = {"headers": [(b"x-request-id", b"no good")]}
    assert request_id.of_scope(scope) == request_id.of_scope(scope) != "no good"
    assert request_id.of_scope({"headers": [(b"x-request-id", b"client-id-1")]}) == "client-id-1"
    assert len(request_id.of_scope({"headers": []})) == 32
