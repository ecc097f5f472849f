"""observability.redaction: every test tries to leak something, or to lose something harmless."""

import random
import string
import time
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, Field, ValidationError

from observability import secrets
from observability.redaction import redact, redact_event
from observability.secrets import LOOKS, REDACTED
from tests.observability.secret_samples import SAMPLES

JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
CARD = "4242424242424242"
STRIPE = "sk_" + "live_51HxYzAbCdEf"


@pytest.mark.parametrize(
    "name",
    [
        "password", "newPassword", "user_passwd", "token", "accessToken", "refresh_token", "Authorization",
        "proxy-authorization", "cookie", "Set-Cookie", "secret", "webhookSecret", "apiKey", "x-api-key",
        "private_key",
        "cvc", "cardCvc", "card_cvc", "cvv", "pan", "pwd", "number", "cardNumber", "card-number",
        "X-Provider-Signature",
        "credentials",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["hunter2", b"hunter2", 123, ["hunter2"], {"deep": "hunter2"}])
def test_secret_by_the_name_of_its_field(name: str, value: Any) -> None:
    """A field with a telling name shows nothing, whatever its spelling, type and depth."""
    assert redact({name: value}) == {name: REDACTED}
    assert redact([({"a": {name: value}},)]) == [[{"a": {name: REDACTED}}]]
    assert redact({name.encode(): value}) == {name: REDACTED}


@pytest.mark.parametrize("separator", ["", " ", "-", "\u00a0"])
@pytest.mark.parametrize("number", [CARD, "378282246310005", "5555555555554444", "6011111111111117"])
@pytest.mark.parametrize("around", ["{}", "card {} refused", "card_{}", "pan{}.", "x={},", "('{}',)"])
def test_card_number(number: str, separator: str, around: str) -> None:
    """Numbers of cards are hidden, in groups or not, whatever stands around them."""
    written = separator.join(number[i : i + 4] for i in range(0, len(number), 4))
    assert written not in redact(around.format(written))


@pytest.mark.parametrize("number", [int(CARD), float(CARD)])
def test_card_number_as_a_number(number: float) -> None:
    """Also as a number, where there is no text to search."""
    assert redact({"value": number}) == {"value": REDACTED}


def test_ids_that_we_make_are_never_hidden() -> None:
    """UUIDs of every version, and hexadecimal ids, by chance full of digits, wherever they stand in a text."""
    chance = random.Random(7)
    for _ in range(3_000):
        letters = chance.choice(["0123456789abcdef", "23456", "0123456789", "012345678a"])
        digits = "".join(chance.choices(letters, k=32))
        uuid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        parent = f"00-{digits}-{chance.getrandbits(64):016x}-01"
        for identifier in (digits, uuid, uuid.upper(), parent, f"order-{digits}", digits * 2, digits + digits[:8]):
            for text in (
                identifier,
                f"/api/orders/{identifier}",
                f"order {identifier}, failed",
                f"id={identifier}&",
            ):
                assert redact(text) == text


def test_numbers_that_we_make_are_never_hidden() -> None:
    """Epochs, prices, durations and byte counts, as numbers and as text."""
    now = time.time()
    numbers = [int(now), int(now * 1e3), int(now * 1e6), int(now * 1e9), now, 99_999_999_999, 0.1 + 0.2, -(10**15)]
    assert redact(numbers) == numbers
    assert redact([str(number) for number in numbers]) == [str(number) for number in numbers]
    # pools of threads, addresses, statements and versions
    for text in (
        f"thread {2**47 - 1}",
        hex(2**47 - 1),
        "127.0.0.1:43210",
        "$1::VARCHAR, $2::BIGINT",
        "2026-11-26",
    ):
        assert redact(text) == text


def test_every_look_has_a_reason_and_lower_case_signs() -> None:
    """The list is its own documentation, and a sign with a capital would never be found."""
    assert len({look.name for look in LOOKS}) == len(LOOKS)
    for look in LOOKS:
        assert look.reason
        assert all(sign == sign.lower() for sign in look.signs), look.name


@pytest.mark.parametrize("sign", sorted({sign for look in LOOKS for sign in look.signs}))
def test_each_sign_finds_a_secret_that_no_other_finds(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign that is missing or misspelt is the question before its pattern: then nothing is hidden by it."""
    text, secret = SAMPLES[sign]
    assert secret not in redact(f"x {text} y")
    others = tuple(pair for pair in secrets._BY_SIGN if pair[0] != sign)
    monkeypatch.setattr(secrets, "_BY_SIGN", others)
    assert secret in secrets._hide(f"x {text} y")


def test_a_secret_is_not_remembered() -> None:
    """What was harmless once is found again at once; a secret never stays in memory by this."""
    redact(f"card {CARD}")
    redact("nothing to hide here")
    assert not any(CARD in text for text in secrets.known)
    assert "nothing to hide here" in secrets.known


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer opaque-token-1", "opaque"),
        ("authorization: Basic dXNlcjpwYXNz", "dXNl"),
        ("headers=[(b'authorization', b'Basic dXNlcjpwYXNz')]", "dXNl"),
        ("{'Cookie': 'session=abc; theme=dark'}", "abc"),
        ("Set-Cookie: session=abc; Path=/", "abc"),
        (f"bad token {JWT} given", "eyJ"),
        (f"cut token {JWT[:30]}", "eyJ"),
        ("postgresql+asyncpg://orders:s3cret@127.0.0.1:25432/orders", "s3cret"),
        ("redis://:s3cret@127.0.0.1:26379/0", "s3cret"),
        ("amqp://shop:s3@cret@127.0.0.1/shop", "cret"),
        ("amqp://shop:s3/cret@127.0.0.1/shop", "cret"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "aGFz"),
        ('{"password": "correct horse battery"}', "horse"),
        ('{"password": "with \\" quote", "a": 1}', "quote"),
        ("Login(password='a b, c', mail='x')", "b, c"),
        ("refreshToken=abcdef&next=/", "abcdef"),
        ("{'card': {'number': '4000', 'cvc': '987'}}", "4000"),
        ("cvc=987", "987"),
        ("X-Api-Key: 7f3a99", "7f3a99"),
        ("/api/orders?access_key=7f3a99&x=1", "7f3a99"),
        ("/login?password%3Dhunter2", "hunter2"),
        ("?q=%42earer+abc.def", "abc.def"),
        ("visa4242424242424242", "4242424242424242"),
        ("?card=4242+4242+4242+4242", "4242+4242"),
        ("/pay/4242%204242%204242%204242", "4242%204242"),
        ("/pay/4242.4242.4242.4242", "4242.4242"),
        ("/pay/3782/822463/10005", "822463"),
        ("/pay/%34%32424242424242424", "424242"),
        (f"the key {STRIPE} is not good", "51HxY"),
        ("ghp_abcdefghijklmnop1234567890", "abcdefghij"),
        (f"id={'f' * 22}.{'s' * 43}", "sss"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----", "MC4C"),
    ],
)
def test_secret_inside_of_a_text(text: str, secret: str) -> None:
    """Texts (exceptions, URLs, bodies) are searched for what looks like a secret; bytes too."""
    assert secret not in redact(text)
    assert secret not in redact(text.encode())
    assert secret not in str(redact({"exception": [f"Traceback\n  raise ValueError\n{text}"]}))


@pytest.mark.parametrize("field", ["password=", "password%3D", "p%61ssword=", "cookie%3A+a=", "postgres://app:"])
def test_an_encoded_character_ends_no_secret(field: str) -> None:
    """What would end a value where it stands plain is a part of it where it is percent-encoded."""
    after = "@db/x" if field.endswith("app:") else "&x=1"
    for character in (*string.printable, "\u00a0", "\u2028", "é"):
        for value in (f"{quote(character, safe='')}bbb", f"%40{quote(character, safe='')}bbb"):
            text = f"/a?next=%2F&{field}aaa{value}{after}"
            assert "bbb" not in redact(text), text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("password=correct%20horse%20battery&x=1", "password=[redacted]&x=1"),
        ("email=a%40b.c&password=Tr0ub4dor%263xyz", "email=a%40b.c&password=[redacted]"),
        ("next=%2F&password=hunter2+and+more&x=1", "next=%2F&password=[redacted]&x=1"),
        ("next=%2Flogin%3Ftoken%3Dabc%2520def&x=1", "next=/login?token=[redacted]&x=1"),
        ("q=%7B%22password%22%3A%22correct%20horse%22%2C%22a%22%3A1%7D", 'q={"password":[redacted],"a":1}'),
        ("/products?q=red%20lamp&next=%2Fcart", "/products?q=red%20lamp&next=%2Fcart"),
        ("100% of password=abc%zz", "100% of password=[redacted]"),
    ],
)
def test_an_encoded_text_stays_as_it_was_sent_around_its_secrets(text: str, hidden: str) -> None:
    """It is decoded only as far as secrets are found by it."""
    assert redact(text) == hidden


def test_pairs_are_fields() -> None:
    """ASGI and httpx give headers as pairs."""
    assert redact([(b"cookie", b"session=abc"), ("accept", "*/*")]) == [["cookie", REDACTED], ["accept", "*/*"]]


def test_what_pydantic_refused_is_not_repeated() -> None:
    """A validation error quotes its input, which may be a password."""

    class Login(BaseModel):
        password: str = Field(min_length=12)

    with pytest.raises(ValidationError) as caught:
        Login.model_validate({"password": "hunter2"})
    assert "hunter2" in str(caught.value)
    assert "hunter2" not in redact(str(caught.value))


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T20:46:00.123456Z", "1795466760123", 1795466760123, 1795466760123456789,
        3.141592653589793, "3.141592653589793",
        "00-0af7651916cd43dd8448eb211c80319c-1234567890123456-03", "42424242424242424242424242424242",
        "12345678-1234-1234-1234-123456789012", "01993abc-4242-7424-8424-424242424242",
        str(uuid.UUID(int=0x4242 << 112)),
        "http://127.0.0.1:18012/api/products?page=2", "GET /api/orders/{id}", "order 12 has 7 lines",
        "Basic usage is easy",
        "token_type: bearer", "+43 660 1234567", None, True, 12, "grüße",
    ],
)  # fmt: skip
def test_harmless_values_survive(value: Any) -> None:
    """Ids, traces, times, URLs and prose stay as they are."""
    assert redact(value) == value


def test_harmless_names_survive() -> None:
    """Names that merely contain a short secret name stay, and so does the absence of a secret."""
    event = {
        "company": "c",
        "expanded": 1,
        "token_type": "bearer",
        "tokenType": "x",
        "order_number": 7,
        "token": None,
    }
    assert redact(event) == event


def test_identifiers_of_an_event_are_never_touched() -> None:
    """A span id of digits only looks like a card, and must still lead to its trace."""
    event = {"timestamp": "t", "request_id": CARD, "trace_id": "4" * 32, "span_id": CARD, "event": CARD}
    assert redact_event(None, "info", dict(event)) == {**event, "event": REDACTED}


def test_result_is_json_at_any_rate() -> None:
    """Circles, hostile objects, sets and numbers that JSON lacks become text or lists."""

    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError

    circle: dict[str, Any] = {}
    circle["again"] = circle
    assert "..." in str(redact(circle))
    assert redact([Hostile(), {1}, float("nan"), float("-inf")]) == ["<Hostile>", [1], "nan", "-inf"]


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "4 ",
        "passw",
        "token",
        "x://",
        "a://b:",
        "eyJ",
        "'",
        "secret'",
        "Bearer ",
        "authorization,",
        "a.b-",
        "%20",
        "%3D",
        "%e2",
        "password%3D",
    ],
)
def test_hostile_texts_cost_little(part: str) -> None:
    """No text makes the search slower than linear: it runs on the event loop."""
    text = part * (100_000 // len(part))
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 1.0  # quadratic would be minutes


def test_what_a_constraint_refused_is_hidden() -> None:
    """PostgreSQL repeats the row's values in its DETAIL; the column stays, which says what is wrong."""
    text = redact("duplicate key\nDETAIL:  Key (email)=(a@example.com) already exists.")
    assert "a@example.com" not in text
    assert "Key (email)=(" in text
    assert text.endswith("already exists.")
