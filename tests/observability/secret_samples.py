"""One secret for each sign by which `observability/secrets.py` recognises one.

They are put together here, so that no scanner of this repository finds what looks like a real one.
"""

__all__ = ["SAMPLES"]

_RANDOM = "Q7xZ2mB9" * 5
_UPPER = "Q7XZ2MB9" * 2
_BCRYPT = "12$" + _RANDOM

SAMPLES: dict[str, tuple[str, str]] = {
    "eyj": ("ey" + "J" + _RANDOM, _RANDOM),
    ".": (f"{'f' * 22}.{'s' * 43}", "sss"),
    **{sign: (sign + _RANDOM, _RANDOM) for sign in ("whsec_", "sk-", "glpat-", "github_pat_")},
    **{f"gh{kind}_": (f"gh{kind}_{_RANDOM}", _RANDOM) for kind in "pousr"},
    "k_live_": ("sk" + "_live_" + _RANDOM, _RANDOM),
    "k_test_": ("rk" + "_test_" + _RANDOM, _RANDOM),
    "xox": ("xo" + "xb-" + _RANDOM, _RANDOM),
    "akia": ("AK" + "IA" + _UPPER, _UPPER),
    "asia": ("AS" + "IA" + _UPPER, _UPPER),
    "aiza": ("AI" + "za" + _RANDOM, _RANDOM),
    "bearer": ("Bearer opaque-1", "opaque"),
    "basic": ("Basic " + "dXNlcjpwYXNz=", "dXNl"),
    "digest": ("Digest opaque-1", "opaque"),
    "@": ("redis://:s3cret" + "@127.0.0.1/0", "s3cret"),
    "$argon2": ("$argon2id$v=19$m=65536$" + _RANDOM, _RANDOM),
    **{f"$2{kind}$": (f"$2{kind}${_BCRYPT}", _RANDOM) for kind in "aby"},
    "private key": ("-----BEGIN EC PRIVATE" + f" KEY-----{_RANDOM}", _RANDOM),
    "authorization": ("authorization: hunter2", "hunter2"),
    "cookie": ("Set-Cookie: session=hunter2", "hunter2"),
    **{sign: (f"{sign}=hunter2", "hunter2") for sign in ("passphrase", "secret", "token", "jwt", "pwd")},
    "passw": ("password=hunter2", "hunter2"),
    "key": ("api_key=7f3a99", "7f3a99"),
    "cvc": ("cvc=987", "987"),
    "cvv": ("cvv=987", "987"),
    "number": ("{'number': '4000'}", "4000"),
    "key (": ("Key (email)=(someone else) already exists.", "someone"),
    "input_value=": ("[input_value='hunter2', input_type=str]", "hunter2"),
}
"""By its sign: a text, and what of it must not be shown."""
