"""The table of proven claims in README.md."""

import re

from docs.figures import README, table, with_table
from tests.docs.documents import ROOT


def test_the_table_has_the_figures_of_today() -> None:
    """Somebody who changes what is counted writes the table anew."""
    text = README.read_text()
    assert text == with_table(text), "the table in README.md is stale: python -m docs.figures"


def test_every_claim_names_its_test_and_a_number() -> None:
    """The test exists, and nothing is counted as 0."""
    rows = table().splitlines()[2:]
    assert len(rows) >= 5
    for row in rows:
        proof = re.search(r"\]\((tests/\S+\.py)\)", row)
        assert proof
        assert (ROOT / proof[1]).is_file()
        numbers = re.findall(r"\d+", row.split("|")[2])
        assert numbers
        assert "0" not in numbers
