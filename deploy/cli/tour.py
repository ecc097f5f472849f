"""./shop tour: lessons in observability on the running platform, each with a question that the platform answers"""

from __future__ import annotations

import sys
from functools import partial

from rich.console import Console
from rich.table import Table

from deploy.cli.lessons.guide import Guide
from deploy.cli.lessons.lesson import Lesson, lessons, one
from deploy.cli.terminal import shown
from deploy.installation import readiness
from deploy.installation.errors import ShopError
from deploy.operations.installation import Installation

__all__ = ["run"]


def run(
    installation: Installation, console: Console, *, lesson: str | None, answer: str | None, hint: int | None
) -> int:
    """The list, or one lesson; 1 when it was not answered, or answered wrongly."""
    if lesson is None:
        return _list(console)
    chosen = one(lesson)
    if hint is not None:
        return _hint(console, chosen, hint)
    _check(installation, chosen)
    guide = Guide(installation, console, chosen, partial(console.input, markup=False))
    if answer is not None:
        return _answer(guide, console, answer)
    if not sys.stdin.isatty():
        return _plan(guide, console)
    is_right = guide.lead()
    if is_right is not None:
        _next(console, chosen)
    return 0 if is_right else 1


def _list(console: Console) -> int:
    table = Table("", "lesson", "what you learn", box=None, padding=(0, 2, 0, 0))
    for lesson in lessons():
        table.add_row(str(lesson.number), lesson.name, lesson.title)
    console.print(table)
    console.print("\nEach takes about five minutes. Begin: ./shop up, then ./shop tour 1")
    console.print(
        "Keep a browser and a second terminal beside it, to look at things while a lesson waits for you."
    )
    return 0


def _check(installation: Installation, lesson: Lesson) -> None:
    if problem := readiness.tcp(installation.layout.port("gateway"))():
        raise ShopError(f"The shop does not answer now: {problem}.", "Start it: ./shop up")
    if lesson.is_native:
        installation.programs()  # raises ShopError where drills are not possible


def _answer(guide: Guide, console: Console, answer: str) -> int:
    is_right, truth = guide.judge(answer)
    if is_right:
        guide.right(truth)
        return 0
    console.print("[yellow]Not quite.[/]", shown(guide.wrong(answer, len(truth.answers))), soft_wrap=True)
    console.print(f"A hint: ./shop tour {guide.lesson.name} --hint 1")
    return 1


def _hint(console: Console, lesson: Lesson, number: int) -> int:
    """All hints up to this one."""
    for at, hint in enumerate(lesson.hints[:number], 1):
        console.print(f"[yellow]Hint {at} of {len(lesson.hints)}:[/]", shown(hint), soft_wrap=True)
    return 0


def _plan(guide: Guide, console: Console) -> int:
    """Where nobody can be asked: the whole lesson, and how to answer."""
    guide.head()
    for number, step in enumerate(guide.lesson.steps, 1):
        guide.tell(number, step)
        if step.beside:
            console.print("   It goes on meanwhile: run it in another terminal, and end it with Ctrl+C.")
    console.print("\n[bold]Question:[/]", shown(guide.lesson.question), soft_wrap=True)
    console.print(f"Answer: ./shop tour {guide.lesson.name} --answer '...'")
    console.print(f"A hint: ./shop tour {guide.lesson.name} --hint 1")
    return 0


def _next(console: Console, lesson: Lesson) -> None:
    following = [found for found in lessons() if found.number == lesson.number + 1]
    for found in following:
        console.print(f"\nThe next lesson: [green]./shop tour {found.number}[/] ({found.title})")
    if not following:
        console.print("\nThat was the last lesson. Break something else: [green]./shop drill list[/]")
