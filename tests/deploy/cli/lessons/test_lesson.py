"""The lessons of tour/: they name only what is there, and a file that is not as it must be is refused."""

import json
import re
from pathlib import Path

import pytest

from deploy.cli.lessons.lesson import FOLDER, Lesson, lessons, one
from deploy.cli.lessons.pages import PAGES
from deploy.cli.parsing import parse
from deploy.installation.errors import UsageError
from deploy.installation.layout import CHECKOUT
from deploy.operations.drills.typed import FileError

EACH = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)


def texts(lesson: Lesson) -> list[str]:
    """Everything that is for people."""
    steps = [text for step in lesson.steps for text in (step.do, step.see, *(look.says for look in step.look))]
    return [lesson.purpose, lesson.question, lesson.explanation, *lesson.hints, *steps]


def test_there_are_twelve_in_their_order() -> None:
    """Their numbers and names are those of their files."""
    found = [f"{lesson.number:02}-{lesson.name}" for lesson in lessons()]
    assert found == sorted(path.stem for path in FOLDER.glob("*.toml"))
    assert len(found) == 12
    assert one("3") == one("request-id")


@EACH
def test_every_command_of_a_lesson_is_one(lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parser takes each of them. A drill goes on beside the lesson, whose end mends it."""
    monkeypatch.chdir(tmp_path)
    for step in lesson.steps:
        if step.run:
            command, _, _ = parse(lesson.words(step))
            assert step.beside == (command.name in ("drill", "load"))
            if command.name == "backup":
                (tmp_path / lesson.file).touch()
        if step.in_containers.startswith("./shop"):
            parse(step.in_containers.split()[1:])


@EACH
def test_a_lesson_has_what_a_lesson_needs(lesson: Lesson) -> None:
    """Two or three hints, a step that does something, and a picture that is there, if any."""
    assert 2 <= len(lesson.hints) <= 3
    assert any(step.run for step in lesson.steps)
    assert lesson.question.endswith((".", "?"))
    assert bool(lesson.picture) == bool(lesson.picture_says)
    assert (CHECKOUT / "docs" / lesson.picture).exists()
    for word in lesson.more.replace(",", " ").replace(".", " .").split():
        if "/" in word:
            assert list(CHECKOUT.glob(f"{word}*")), word


@EACH
def test_a_lesson_leads_to_pages_and_panels_that_there_are(lesson: Lesson) -> None:
    """Panels are named in backticks beside the dashboard that has them."""
    for look in (look for step in lesson.steps for look in step.look):
        assert look.at in PAGES
        if look.at == "dashboard":
            file = CHECKOUT / "grafana" / "generated" / f"{look.to}.json"
            titles = {panel["title"] for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]}
            assert set(re.findall(r"`([^`]+)`", look.says)) <= titles


@EACH
def test_texts_are_clean(lesson: Lesson) -> None:
    """No blanks around them, and none too many in them."""
    for text in filter(None, texts(lesson)):
        assert text == text.strip()
        assert "  " not in text


FILE = """title = "t"
purpose = "p"
question = "q?"
hints = ["a", "b"]
explanation = "e"
more = "m"
[[steps]]
do = "d"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "is not TOML"),
        (FILE, "has no 'truth'"),
        (FILE + "[truth]\nask = 'services'", "has no 'way'"),
        (FILE + "[truth]\nway = 'tracing'", "does not know the way 'tracing'"),
        (FILE + "[truth]\nway = 'trace'", "has no 'ask'"),
        (FILE + "[truth]\nway = 'trace'\nask = 'spans'", "does not know what 'spans' asks for"),
        ("colour = 1\n" + FILE + "[truth]\nway = 'orders'", "does not know the key 'colour'"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With what is wrong."""
    (tmp_path / "01-toy.toml").write_text(text)
    with pytest.raises(FileError, match=re.escape(said)):
        lessons(tmp_path)


def test_a_lesson_that_there_is_not_is_refused() -> None:
    """With the one that may have been meant."""
    with pytest.raises(UsageError, match="Did you mean breaker"):
        one("braker")
