"""Makes docs/tour.md from the lessons of tour/: `python -m docs.tour`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploy.cli.lessons.lesson import Lesson, Step, lessons
from deploy.cli.lessons.pages import address
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native.installation import Native
from deploy.operations.installation import Installation

__all__ = ["PAGE", "main", "render"]

PAGE = Path(__file__).with_name("tour.md")
_HEAD = """# The tour

<!-- Made from tour/ by `python -m docs.tour`: do not edit. -->

Twelve lessons of about five minutes each, for people who know Python and have not observed a system yet. Each
one lets you do something, shows where to look, and asks one question. The answer is nowhere in a file: the tool
asks the running platform, and compares what it says with what you say.

```bash
./shop up
./shop tour                                  # the list of lessons
./shop tour 1                                # one lesson: Enter runs each step; h shows a hint, q ends it
./shop tour one-click --answer 5             # only check an answer
./shop tour one-click --hint 1               # only show a hint
```

Keep a browser and a second terminal beside it, to look at things while a lesson waits for you.

A lesson may break something or let customers use the shop. All that ends and is mended with the lesson, also when
you leave it by `q` or Ctrl+C. Where no terminal can ask you, `./shop tour 1` only says what to do. Links on this
page are those of the native run on its usual ports; `./shop tour` shows those of your installation. A lesson that
says *native run only* breaks what cannot be broken in containers.
"""


def render(found: list[Lesson]) -> str:
    """The page."""
    here = Native(Layout.at(CHECKOUT / ".run"))
    lines = [
        _HEAD,
        "| lesson | you learn | |",
        "|---|---|---|",
        *(
            f"| [{lesson.number}. {lesson.name}](#{lesson.number}-{lesson.name}) | {lesson.title} | "
            f"{'native run only' if lesson.is_native else ''} |"
            for lesson in found
        ),
    ]
    for lesson in found:
        lines += ["", *_section(lesson, here)]
    return "\n".join(lines) + "\n"


def _section(lesson: Lesson, here: Installation) -> Iterator[str]:
    yield f"## {lesson.number} {lesson.name}"
    yield f"**{lesson.title}.** {lesson.purpose}"
    yield ""
    for number, step in enumerate(lesson.steps, 1):
        yield from _step(number, step, here)
    yield ""
    if lesson.picture:
        yield f"[![{lesson.picture_says}]({lesson.picture})]({lesson.picture})"
        yield ""
    yield f"**Question.** {lesson.question}"
    yield ""
    for number, hint in enumerate(lesson.hints, 1):
        yield f"<details><summary>Hint {number}</summary>"
        yield ""
        yield hint
        yield ""
        yield "</details>"
        yield ""
    yield "<details><summary>What is behind it (read it after your answer)</summary>"
    yield ""
    yield lesson.explanation
    yield ""
    yield f"More: {lesson.more}"
    yield ""
    yield "</details>"


def _step(number: int, step: Step, here: Installation) -> Iterator[str]:
    yield f"{number}. {step.do}"
    if step.run:
        beside = " (it goes on beside the lesson)" if step.beside else ""
        yield f"   - `{step.run}`{beside}"
    if step.in_containers:
        yield f"   - In containers: `{step.in_containers}`"
    for look in step.look:
        yield f"   - Look at {look.says}: <{address(here, look.at, look.to)}>"
    if step.see:
        yield f"   - You see {step.see}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(lessons()), encoding="utf-8")


if __name__ == "__main__":
    main()
