"""Leads through one lesson: its steps, its question, hints on request, and the check of each answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from deploy.cli.lessons.commands import Commands
from deploy.cli.lessons.lesson import Lesson, Step
from deploy.cli.lessons.pages import address
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.cli.terminal import clean, shown
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations.installation import Installation

__all__ = ["Ask", "Guide"]

Ask = Callable[[str], str]
"""Shows a prompt and gives what was typed. Raises EOFError at the end of the input."""

_STEP = "  [Enter] go on, [q] quit: "
_STEP_RUNS = "  [Enter] run it here, [s] I did it myself, [q] quit: "
_ANSWER = "Your answer ([h] hint, [show] the answer, [q] quit): "


class _QuitError(Exception):
    """Whoever does the lesson wants to end it."""


@dataclass(frozen=True)
class Guide:
    """One lesson on one installation. ask: where what people type comes from."""

    installation: Installation
    console: Console
    lesson: Lesson
    ask: Ask

    def lead(self) -> bool | None:
        """Go through the lesson; whether it was answered rightly, and None when it was left before.

        What it began is put back, however it ends.
        """
        self.head()
        with Commands(self.installation, self.lesson.file) as commands:
            try:
                for number, step in enumerate(self.lesson.steps, 1):
                    self.tell(number, step)
                    self._do(step, commands)
                return self._question()
            except (_QuitError, EOFError):
                self.console.print("\nYou can come back at any time:", f"./shop tour {self.lesson.name}")
                return None
            finally:
                if commands.is_anything_left:
                    self.console.print(
                        "\n[dim]Ending what runs beside the lesson, and mending what it broke ...[/]"
                    )

    def head(self) -> None:
        """Title and purpose."""
        self.console.print(f"\n[bold cyan]Lesson {self.lesson.number}: {self.lesson.title}[/]\n")
        self._text(self.lesson.purpose)

    def tell(self, number: int, step: Step) -> None:
        """One step: what to do, what to type, where to look and what is seen there."""
        self.console.print(f"\n[bold]{number}.[/]", shown(step.do), soft_wrap=True)
        command = self.command(step)
        if command:
            self.console.print("  ", Text(f"$ {command}", "green"), soft_wrap=True)
        for look in step.look:
            where = address(self.installation, look.at, look.to)
            self.console.print("  ", shown(f"Look: {look.says}"), soft_wrap=True)
            self.console.print(
                "  ", Text(where or "(this way of running has no such page)", "cyan"), soft_wrap=True
            )
        if step.see:
            self.console.print("  ", Text(f"You see: {step.see}", "dim"), soft_wrap=True)

    def command(self, step: Step) -> str:
        """What is typed for the step on this installation."""
        chosen = step.in_containers if step.in_containers and not self._is_native else step.run
        return self.lesson.typed(chosen)

    def judge(self, given: str) -> tuple[bool, Truth]:
        """Whether an answer is right, by what the platform says now. Raises ShopError when it cannot tell."""
        truth = self.lesson.truth.find(self.layout)
        return truth.accepts(given), truth

    def right(self, truth: Truth) -> None:
        """Say that it is right, why, and what to read on."""
        self.console.print("\n[bold green]✓ Right.[/]", shown(f"Asked just now: {truth.source}."), soft_wrap=True)
        self.explain()

    def explain(self) -> None:
        """What is behind it."""
        self.console.print()
        self._text(self.lesson.explanation)
        self.console.print("\n  [bold]More:[/]", shown(self.lesson.more), soft_wrap=True)

    @property
    def layout(self) -> Layout:
        """Where the installation lies and listens."""
        return self.installation.layout

    @property
    def _is_native(self) -> bool:
        try:
            self.installation.programs()
        except ShopError:
            return False
        return True

    def _do(self, step: Step, commands: Commands) -> None:
        runs = bool(step.run) and self.command(step) == self.lesson.typed(step.run)
        typed = self._asked(_STEP_RUNS if runs else _STEP)
        while runs and typed.lower() not in ("", "s"):  # nothing is broken by mistake
            typed = self._asked(_STEP_RUNS)
        if not runs or typed:
            return
        words = self.lesson.words(step)
        if step.beside:
            commands.beside(words)
            self.console.print("  It goes on beside the lesson, and ends with it.")
        else:
            commands.here(words)

    def _question(self) -> bool:
        self.console.print("\n[bold]Question:[/]", shown(self.lesson.question), soft_wrap=True)
        hints = list(self.lesson.hints)
        while True:
            given = self._asked(_ANSWER)
            if given.lower() in ("h", "hint"):
                said = hints.pop(0) if hints else "These were all hints. `show` shows the answer."
                self.console.print("  [yellow]Hint:[/]", shown(said), soft_wrap=True)
                continue
            if not given:
                continue
            try:
                if self._is_over(given):
                    return given != "show"
            except NotYetError as error:
                self.console.print(
                    "  [yellow]Not yet:[/]", shown(f"{error.message} {error.remedy}"), soft_wrap=True
                )

    def _is_over(self, given: str) -> bool:
        is_right, truth = self.judge(given)
        if is_right:
            self.right(truth)
        elif given == "show":
            answers = " or ".join(truth.answers)
            self.console.print("\nIt is", shown(answers, "bold"), shown(f"({truth.source})."), soft_wrap=True)
            self.explain()
        else:
            self.console.print(
                "  [yellow]Not quite.[/]", shown(self.wrong(given, len(truth.answers))), soft_wrap=True
            )
        return is_right or given == "show"

    def wrong(self, given: str, answers: int) -> str:
        """What is said of a wrong answer: it gives nothing away."""
        several = f" There are {answers} right answers; one is enough." if answers > 1 else ""
        said = f"The platform was asked, and it does not say {clean(given, 80)!r}."
        return f"{said}{several} Look again, or take a hint."

    def _asked(self, prompt: str) -> str:
        typed = self.ask(prompt).strip()
        if typed.lower() in ("q", "quit"):
            raise _QuitError
        return typed

    def _text(self, text: str) -> None:
        self.console.print(shown(text), soft_wrap=True)
