"""docs/tour.md is what the files of tour/ say."""

from dataclasses import replace

from deploy.cli.lessons.lesson import lessons
from docs.tour import PAGE, render


def test_the_page_is_that_of_today() -> None:
    """Whoever changes a lesson writes it anew."""
    assert PAGE.read_text() == render(lessons()), "docs/tour.md is stale: python -m docs.tour"


def test_what_a_lesson_says_is_on_the_page() -> None:
    """All of it: a change of any text is a change of the page."""
    [first, *rest] = lessons()
    before = render([first, *rest])
    for name in ("title", "purpose", "question", "explanation", "more"):
        assert render([replace(first, **{name: "another"}), *rest]) != before  # type: ignore[arg-type]
