"""The tables and pictures of growth."""

import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from loadtests.growth.report import write
from loadtests.results_page import page_with, section_of

FOUND = {"catalogue": {100: {"one": 1.0, "all": 7.0}, 1_000: {"one": 1.2, "all": math.inf}}}


def test_results_hold_a_table_and_a_picture(tmp_path: Path) -> None:
    """What was too slow to be answered is said, and left out of the picture; the rest of the page stays."""
    page = tmp_path / "RESULTS.md"
    page.write_text("# What telemetry costs\n")
    write(FOUND, page)
    told = page.read_text()
    assert told.startswith("# What telemetry costs\n")
    assert "| 1,000 | 1.2 | 503 after 3,000 |" in told
    picture = ElementTree.fromstring((tmp_path / "growth-catalogue.svg").read_text())
    assert len([part for part in picture.iter() if part.tag.endswith("path")]) == 2
    assert "inf" not in (tmp_path / "growth-catalogue.svg").read_text()


def test_a_new_run_replaces_the_last(tmp_path: Path) -> None:
    """The page has one part about growth, which another page can take over."""
    page = tmp_path / "RESULTS.md"
    page.write_text("# Results\n")
    write(FOUND, page)
    once = page.read_text()
    write(FOUND, page)
    assert page.read_text() == once
    assert section_of(page_with("# Others\n", section_of(once))) == section_of(once)
