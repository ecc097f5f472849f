"""How long: as people write it after `--for`, `--run-time` and `--since`."""

import argparse

import pytest

from deploy.cli.commands import logs
from deploy.cli.durations import seconds


@pytest.mark.parametrize(
    ("text", "found"),
    [("90s", 90), ("90", 90), ("10m", 600), ("1h30m", 5400), ("1m5", 65), ("2d", 172_800), ("1d2h3m4s", 93_784)],
)
def test_a_time_is_read(text: str, found: int) -> None:
    """The largest unit comes first, and the last one may be left out, as Locust has it."""
    assert seconds(text) == found


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "soon", "s", "-1s", "1.5h", "1s2m", "90 s", "1234567", "\u0661s", "5M"]
)
def test_what_is_none_is_refused(text: str) -> None:
    """With what one looks like. A time of nothing is none."""
    with pytest.raises(argparse.ArgumentTypeError, match="such as 90s, 10m or 1h30m"):
        seconds(text)


@pytest.mark.parametrize("text", ["999999d", "yesterday", "2026-13-01"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    """Also one before all calendars."""
    with pytest.raises(argparse.ArgumentTypeError, match="2026-11-26T10:00Z"):
        logs._since(text)
