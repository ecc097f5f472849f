"""RESULTS.md: `loadtests.tax` makes the page, and `loadtests.growth` the part of it about growth."""

from __future__ import annotations

__all__ = ["BEGIN", "END", "page_with", "section_of"]

BEGIN, END = "<!-- Made by: python -m loadtests.growth -->", "<!-- End of what loadtests.growth has made. -->"


def section_of(page: str) -> str:
    """The part about growth of a page; empty where it has none."""
    begin, end = page.find(BEGIN), page.find(END)
    return page[begin : end + len(END)] if 0 <= begin < end else ""


def page_with(page: str, section: str) -> str:
    """The page with this part about growth, in place of the one that it has."""
    old = section_of(page)
    if not section:
        return page
    return page.replace(old, section) if old else f"{page.rstrip()}\n\n{section}\n"
