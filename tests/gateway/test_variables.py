"""Variables of the gateway's configuration: all files share one set of names."""

import re
from collections import Counter

from tests.gateway.client import ROOT


def test_nothing_is_written_by_two() -> None:
    """Neither a map nor a named group of a pattern changes what another one has found."""
    text = "".join(path.read_text() for path in sorted((ROOT / "gateway").glob("*.template")))
    written = Counter(re.findall(r"^\s*map .*\$(\w+) *\{", text, re.M) + re.findall(r"\(\?<([a-z_]+)>", text))
    assert len(written) > 20
    assert [name for name, times in written.items() if times > 1] == []
