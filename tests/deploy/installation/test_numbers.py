"""Numbers of command lines: what is taken, and what is refused with a sentence."""

import argparse
from collections.abc import Callable

import pytest

from deploy.installation.numbers import decimal, port_number, positive


@pytest.mark.parametrize(
    ("read", "text", "number"),
    [
        (positive, "1", 1),
        (positive, "999999999", 999_999_999),
        (decimal, "0.5", 0.5),
        (decimal, "3600", 3600),
        (port_number, "1", 1),
        (port_number, "65535", 65_535),
    ],
)
def test_a_number_is_read(read: Callable[[str], float], text: str, number: float) -> None:
    """Up to its limits."""
    assert read(text) == number


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", "1e3", "1_0", "\u00b2", "\uff11", " 1", "1 ", "nan", "inf", "9" * 10]
)
@pytest.mark.parametrize("read", [positive, decimal, port_number])
def test_nonsense_is_refused(read: Callable[[str], float], text: str) -> None:
    """What Python would take for a number, too."""
    with pytest.raises(argparse.ArgumentTypeError, match="is not a"):
        read(text)


@pytest.mark.parametrize(
    ("read", "text"), [(positive, "1.5"), (decimal, "1e-320"), (decimal, "0.0"), (port_number, "65536")]
)
def test_what_this_number_cannot_be_is_refused(read: Callable[[str], float], text: str) -> None:
    """Each has its own limits."""
    with pytest.raises(argparse.ArgumentTypeError, match="is not a"):
        read(text)
