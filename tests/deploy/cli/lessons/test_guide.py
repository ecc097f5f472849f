"""How a lesson is led: what is typed comes from a list, and what is right from a lesson of the test's own."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli.lessons.guide import Guide
from deploy.cli.lessons.lesson import Lesson, Step
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.containers.installation import InContainers
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.installation import Native


@dataclass
class Oracle:
    """Says what is right; as often as `late` says, not yet."""

    late: int = 0
    answers: tuple[str, ...] = ("42",)

    def find(self, layout: Layout) -> Truth:
        self.late -= 1
        if self.late >= 0:
            raise NotYetError("Nothing was measured.", "Wait a moment.")
        return Truth(self.answers, "the oracle was asked", "number")


LESSON = Lesson(
    number=1,
    name="toy",
    title="Toys",
    purpose="It is about [toys].",
    steps=(Step(do="Play.", see="a toy."),),
    question="How many?",
    hints=("Count them.", "There are more than 41."),
    explanation="Toys are counted.",
    more="a book.",
    truth=Oracle(),
)


@dataclass
class Talk:
    """A lesson with what is typed in it."""

    layout: Layout
    lesson: Lesson
    said: io.StringIO = field(default_factory=io.StringIO)
    prompts: list[str] = field(default_factory=list)

    def with_(self, *typed: str) -> bool | None:
        """Whether it was answered rightly."""
        lines: Iterator[str] = iter(typed)

        def ask(prompt: str) -> str:
            self.prompts.append(prompt)
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        console = Console(file=self.said, width=200, highlight=False)
        return Guide(Native(self.layout), console, self.lesson, ask).lead()

    @property
    def text(self) -> str:
        return self.said.getvalue()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An installation of which nothing runs."""
    return Layout.at(tmp_path)


@pytest.fixture
def talk(layout: Layout) -> Talk:
    """The lesson of this test."""
    return Talk(layout, LESSON)


def test_the_right_answer_ends_the_lesson(talk: Talk) -> None:
    """With who was asked, and what is behind it. Brackets in texts are only text."""
    assert talk.with_("", "42")
    assert "It is about [toys]." in talk.text
    assert "Right. Asked just now: the oracle was asked." in talk.text
    assert "Toys are counted." in talk.text


def test_a_wrong_answer_gives_nothing_away(talk: Talk) -> None:
    """Neither the right one, nor the explanation; and one may try again."""
    assert not talk.with_("", "[41]")
    assert "Not quite. The platform was asked, and it does not say '[41]'." in talk.text
    assert "42" not in talk.text
    assert "Toys are counted." not in talk.text


def test_hints_come_one_by_one_and_end(talk: Talk) -> None:
    """Only on request."""
    assert talk.with_("", "h", "hint", "h", "42")
    assert [line.strip() for line in talk.text.splitlines() if "Hint:" in line] == [
        "Hint: Count them.",
        "Hint: There are more than 41.",
        "Hint: These were all hints. `show` shows the answer.",
    ]


def test_an_answer_that_is_shown_is_not_answered(talk: Talk) -> None:
    """But explained."""
    assert not talk.with_("", "show")
    assert "It is 42 (the oracle was asked)." in talk.text
    assert "Toys are counted." in talk.text


@pytest.mark.parametrize("typed", [(), ("q",), ("", "Q"), ("", "41", "quit"), ("", "h")])
def test_a_lesson_can_be_left_at_any_time(talk: Talk, typed: tuple[str, ...]) -> None:
    """By q, and by the end of the input."""
    assert not talk.with_(*typed)
    assert "You can come back at any time: ./shop tour toy" in talk.text


def test_what_cannot_be_told_yet_is_asked_again(layout: Layout) -> None:
    """As when Prometheus has measured nothing so far."""
    talk = Talk(layout, replace(LESSON, truth=Oracle(late=1)))
    assert talk.with_("", "42", "", "42")
    assert "Not yet: Nothing was measured. Wait a moment." in talk.text


def test_several_right_answers_are_said_to_be_several(layout: Layout) -> None:
    """So that nobody looks for the only one."""
    talk = Talk(layout, replace(LESSON, truth=Oracle(answers=("42", "43"))))
    assert talk.with_("", "41", "43")
    assert "There are 2 right answers; one is enough." in talk.text


def test_in_containers_another_command_is_shown_and_not_run(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first one cannot work."""
    step = Step(
        do="Break.", run="./shop drill start redis-down", beside=True, in_containers="docker compose stop redis"
    )
    lesson = replace(LESSON, steps=(step,))
    native = Guide(Native(layout), Console(), lesson, lambda _: "")
    assert native.command(step) == step.run
    contained = Guide(InContainers(layout), Console(), lesson, lambda _: "")  # type: ignore[arg-type]
    assert contained.command(step) == step.in_containers
    assert not lesson.is_native
    assert replace(lesson, steps=(replace(step, in_containers=""),)).is_native


def test_a_command_that_does_not_begin_ends_the_lesson(layout: Layout) -> None:
    """With what it said."""
    layout.logs.mkdir(parents=True)
    step = Step(do="Break.", run="./shop drill start no-such-fault", beside=True)
    talk = Talk(layout, replace(LESSON, steps=(step,)))
    with pytest.raises(ShopError, match="There is no fault 'no-such-fault'"):
        talk.with_("")


def test_a_step_that_was_done_by_hand_is_not_run(talk: Talk) -> None:
    """s skips its command, and a word that means nothing there is asked again."""
    talk.lesson = replace(LESSON, steps=(Step(do="Break.", run="./shop drill start no-such-fault", beside=True),))
    assert talk.with_("h", "S", "42")
    assert ["run it here" in prompt for prompt in talk.prompts] == [True, True, False]
