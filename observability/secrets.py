"""What secrets look like: a named list, each with its reason and with the cheap question that comes before it.

Most texts hold no secret, and most come again and again (routes, statements, agents). So the harmless ones seen
last are remembered, and in others a pattern is searched for only where one of its `signs` stands in the text, in
any case of letters: looking for a few words costs about a tenth of one search with a pattern.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

__all__ = ["LEAST_CARD", "LOOKS", "REDACTED", "SECRET_NAMES", "Look", "hide", "known"]

REDACTED = "[redacted]"
LEAST_CARD = 10**12
"""A whole number below it is too short for the number of a card."""
Hide = Callable[[re.Match[str]], str]

# Parts of names, each with what such a field holds.
_NAMES = {
    r"passw|passphrase|(?<![a-z])pwd(?![a-z])": "a password, or its hash",
    r"secret|credential|signature": "what whoever has it may act with, and what was made with it",
    r"token(?!_?type)|jwt": "a token of any kind; the type of one is the word Bearer",
    r"authoriz|cookie": "the headers that carry tokens and sessions",
    r"(?:api|private|access)[_-]?key": "a key; `key` alone is mostly an id",
    r"card[_-]?no|card[_-]?num|^number$|(?<![a-z])pan(?![a-z])": "the number of a card; PAN is its trade name",
    r"(?<![a-z])(?:cvc|cvv)(?![a-z])|Cv[cv]2?$": "the code on a card, which nobody may keep",
}
SECRET_NAMES = re.compile("|".join(_NAMES), re.IGNORECASE)
"""Found in the name of a field whose value is a secret, whatever it looks like."""

_QUOTED = r"(?-i:b)?(?:\"(?:[^\"\\]|\\.){0,2000}\"|'(?:[^'\\]|\\.){0,2000}')"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")  # W3C traceparent
_LONGEST_ID = 55  # characters of a traceparent
_HEX = re.compile(r"[0-9a-fA-F]*")
_HEX_SIZES = {32, 40, 64}  # trace ids and UUIDs, SHA-1, SHA-256
_HEX_WITH_LETTERS = 16  # span ids, of which most have letters
_WORD_BEFORE = re.compile(r"[0-9A-Za-z]*\Z")
_WORD_AFTER = re.compile(r"[0-9A-Za-z]*")


def _kept(match: re.Match[str]) -> str:
    """What tells where the secret stood stays."""
    return (match.groupdict().get("kept") or "") + REDACTED


def _unless_id(match: re.Match[str]) -> str:
    """Ids that we make are hexadecimal, and may by chance be digits for a long way: they stay."""
    text, start, end = match.string, match.start(), match.end()
    from_, to = max(0, start - _LONGEST_ID), end + _LONGEST_ID
    before, after = _WORD_BEFORE.search(text, from_, start), _WORD_AFTER.match(text, end)
    word = f"{before[0] if before else ''}{match[0]}{after[0] if after else ''}"
    if _HEX.fullmatch(word) and (
        len(word) in _HEX_SIZES or (len(word) == _HEX_WITH_LETTERS and not word.isdigit())
    ):
        return match[0]
    for form in (_UUID, _PARENT):
        if any(found.start() <= start and end <= found.end() for found in form.finditer(text, from_, to)):
            return match[0]
    return REDACTED


@dataclass(frozen=True)
class Look:
    """One kind of secret. signs: lower-case texts of which one must be there, any text when there are none.

    Every repetition before something that must follow is bounded: a hostile text must not cost seconds.
    """

    name: str
    reason: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    hide: Hide = _kept


def _look(name: str, reason: str, signs: tuple[str, ...], pattern: str, hide: Hide = _kept) -> Look:
    return Look(name, reason, signs, re.compile(pattern, re.IGNORECASE | re.DOTALL), hide)


LOOKS = (
    _look(
        "card",
        "13 to 19 digits, in groups or not. They begin with 2 to 6; epochs in milliseconds and nanoseconds with 1",
        (),
        # No fraction of a number. In groups of any size by spaces and hyphens; by other signs only as on cards,
        # or 3.141592653589793 would be one.
        r"[2-6](?<![0-9].)(?<![0-9][.].)(?:\d(?:[ \u00a0-]?\d){11,17}"
        r"|\d{3}(?P<by>[^0-9a-z]{1,3})\d{4}(?P=by)\d{4}(?P=by)\d{1,7}"
        r"|\d{3}(?P<as>[^0-9a-z]{1,3})\d{6}(?P=as)\d{5})(?!\d)",
        _unless_id,
    ),
    _look(
        "web token",
        "JSON Web Tokens and their like, whole or cut: base64 of `{\"`",
        ("eyj",),
        r"(?-i:eyJ)[\w-]{8,}(?:\.[\w-]*)*",
    ),
    _look(
        "split token",
        "the secret after a public name: 16 and 32 random bytes in base64url, with a full stop between",
        (".",),
        r"(?P<kept>\.)(?<=[\w-]{22}\.)[\w-]{43}(?![\w-])",
    ),
    _look(
        "API key",
        "keys that begin so that they are recognised: of Stripe, GitHub, GitLab, Slack, AWS and Google",
        (
            *("k_live_", "k_test_", "whsec_", "sk-", "akia", "asia", "aiza", "glpat-", "xox"),
            *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        ),
        r"(?<![a-z0-9])(?:[spr]k_(?:live|test)_\w{8,}|whsec_\w{8,}|gh[pousr]_\w{16,}|github_pat_\w{16,}"
        r"|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}|(?-i:A[KS]IA)[0-9A-Z]{12,}|(?-i:AIza)[\w-]{20,}|sk-[\w-]{20,})",
    ),
    _look(
        "scheme",
        "the value of an Authorization header, wherever it stands",
        ("bearer", "basic", "digest"),
        r"(?P<kept>\b(?:Bearer|Basic|Digest)\s{1,9})(?=\S{0,200}[\d=._-])[^\s'\",]+",
    ),
    _look(
        "password in a URL",
        "addresses of databases and brokers hold one",
        ("@",),
        r"(?P<kept>\b[a-z][\w+.-]{0,30}://[^\s:/@]{0,200}:)(?:[^\s/?#]{1,200}|[^\s@]{1,200})(?=@)",
    ),
    _look(
        "password hash",
        "guesses can be tried against it offline",
        ("$argon2", "$2a$", "$2b$", "$2y$"),
        r"\$(?:argon2|2[aby]\$)[^\s'\"]+",
    ),
    _look(
        "private key",
        "PEM, whole or cut",
        ("private key",),
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)",
    ),
    _look(
        "header",
        "headers that are shown as text",
        ("authorization", "cookie"),
        r"(?P<kept>\b(?:authorization|set-cookie|cookie)['\"]?\s{0,9}[:=,]\s{0,9})" rf"(?:{_QUOTED}|[^\r\n'\"]+)",
    ),
    _look(
        "field",
        "fields of a text (JSON, a query, what repr shows) whose name says it",
        ("passw", "passphrase", "secret", "token", "key", "cvc", "cvv", "number", "jwt", "pwd"),
        r"(?P<kept>(?:passw|passphrase|secret|token(?!_?type)|jwt|pwd|(?:api|private|access)[_-]?key|cvc|cvv)\w{0,20}['\"]?"
        rf"\s{{0,9}}[:=]\s{{0,9}}|['\"]number['\"]\s{{0,9}}:\s{{0,9}})(?:{_QUOTED}|[^\s\"',;}}&)]+)",
    ),
    _look(
        "constraint",
        "PostgreSQL repeats the values of a row that breaks a constraint",
        ("key (",),
        r"(?P<kept>\bKey \([^)]{0,200}\)=\()[^\r\n]*?(?=\) (?:already exists|is not present|is still)|$)",
    ),
    _look(
        "refused input",
        "pydantic shows what it refused",
        ("input_value=",),
        r"(?P<kept>\binput_value=).*?(?=, input_type=|$)",
    ),
)  # fmt: skip
_CARD, *_SIGNED = LOOKS
_BY_SIGN = tuple((sign, look) for look in _SIGNED for sign in look.signs)


_MOST_SEEN, _LONGEST_SEEN = 4096, 300
_MOST_LONG, _LONGEST_LONG = 256, 8_000  # of longer ones, which are statements of SQL: 2 MB at most
_SHORTEST_CARD = 13
_TRACE = re.compile(r"[0-9a-f]{32}")  # also a request's id
_IDS = {32: _TRACE, 36: _UUID}  # by their length
# The beginning of an encoded white space (some of Unicode's are not ASCII) or `" & ' ) , ; }`.
_ENDS = re.compile(r"%(?=[01]|2[02679c]|3b|7d|[89a-f])", re.IGNORECASE)
known: set[str] = set()
"""Texts without a secret, seen lately: whoever finds one here need not ask `hide`."""
_long_ones: set[str] = set()


def hide(text: str) -> str:
    """`text` itself, or where something looks like a secret, percent-encoded or not, a copy without it."""
    if text in known or text in _long_ones or _is_id(text):
        return text
    hidden = _decoded(text) if "%" in text else _hide(text)
    if hidden != text:
        return hidden
    if len(text) <= _LONGEST_SEEN:  # what is harmless is remembered, never a secret
        if len(known) >= _MOST_SEEN:
            known.clear()
        known.add(text)
    elif len(text) <= _LONGEST_LONG:
        if len(_long_ones) >= _MOST_LONG:
            _long_ones.clear()
        _long_ones.add(text)
    return text


def _is_id(text: str) -> bool:
    """Whether it is an id that we make, whole: each is another text, and most texts are one."""
    form = _IDS.get(len(text))
    return form is not None and form.fullmatch(text) is not None


def _decoded(text: str) -> str:
    """A percent-encoded text without its secrets, decoded only as far as one is found by it.

    A character that ends a value where it stands plain is a part of the value where it is encoded. So the text is
    searched as it was sent; then decoded but for such characters; then decoded whole.
    """
    text = _hide(text)
    for decode in (_decoded_but_ends, unquote_plus):
        plain = decode(text)
        if plain != text and (hidden := _hide(plain)) != plain:
            text = hidden
    return text


def _decoded_but_ends(text: str) -> str:
    return unquote(_ENDS.sub("%25", text))


def _hide(text: str) -> str:
    lower = text.lower()
    found = [look for sign, look in _BY_SIGN if sign in lower]
    if len(text) >= _SHORTEST_CARD:
        text = _CARD.pattern.sub(_CARD.hide, text)
    for look in found:
        text = look.pattern.sub(look.hide, text)
    return text
