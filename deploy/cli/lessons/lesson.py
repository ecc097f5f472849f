"""A lesson as data: a file of tour/ says what to do, where to look, what is asked, and how the answer is found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.cli.lessons import messages, records, traces
from deploy.cli.lessons import metrics as metrics_
from deploy.cli.lessons.truth import Way
from deploy.installation.errors import UsageError
from deploy.installation.layout import CHECKOUT
from deploy.installation.suggestions import one_of
from deploy.operations.drills.typed import read_file, read_way

__all__ = ["FOLDER", "WAYS", "Lesson", "Look", "Step", "lessons", "one"]

FOLDER = CHECKOUT / "tour"
WAYS: dict[str, type[Any]] = {
    "trace": traces.Trace,
    "log": records.Log,
    "metric": metrics_.Metric,
    "exemplar": metrics_.Exemplar,
    "alert": metrics_.Alert,
    "dead-letters": messages.DeadLetters,
    "orders": messages.Orders,
}
_FILE = "<file>"  # in a command: the lesson's own file


@dataclass(frozen=True)
class Look:
    """A page to look at. at: a name of deploy/cli/lessons/pages.py; to: which one; says: what to find there."""

    at: str
    says: str
    to: str = ""


@dataclass(frozen=True)
class Step:
    """Something to do. run: a command of ./shop; beside: it goes on beside the lesson, and ends with it.

    in_containers: what is typed in place of `run` where the shop runs in containers. see: what is seen then.
    """

    do: str
    run: str = ""
    beside: bool = False
    in_containers: str = ""
    see: str = ""
    look: tuple[Look, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What a lesson's file says, except how the answer is found.

    file: a file that its commands write and read as <file>; it is deleted at the end of the lesson.
    picture: of docs/images, for docs/tour.md. picture_says: what it shows.
    """

    title: str
    purpose: str
    steps: tuple[Step, ...]
    question: str
    hints: tuple[str, ...]
    explanation: str
    more: str
    file: str = ""
    picture: str = ""
    picture_says: str = ""


@dataclass(frozen=True, kw_only=True)
class _Written(_Facts):
    """The file, word for word."""

    truth: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lesson(_Facts):
    """What a file of tour/ says. number: its place, from 1 on."""

    number: int
    name: str
    truth: Way

    def words(self, step: Step) -> list[str]:
        """The arguments of ./shop in the step's command."""
        return self.typed(step.run).split()[1:]

    def typed(self, command: str) -> str:
        """The command as it is typed."""
        return command.replace(_FILE, self.file)

    @property
    def is_native(self) -> bool:
        """Whether it breaks what only the native run can break."""
        return any(step.run.startswith("./shop drill") and not step.in_containers for step in self.steps)


def lessons(folder: Path = FOLDER) -> list[Lesson]:
    """All of them, in their order. Raises FileError."""
    paths = sorted(folder.glob("*.toml"))
    return [_read(number, path) for number, path in enumerate(paths, 1)]


def one(wanted: str, folder: Path = FOLDER) -> Lesson:
    """The lesson of this number or name. Raises UsageError."""
    found = lessons(folder)
    for lesson in found:
        if wanted in (str(lesson.number), lesson.name):
            return lesson
    raise UsageError(f"There is no lesson {wanted!r}.", one_of(wanted, [lesson.name for lesson in found]))


def _read(number: int, path: Path) -> Lesson:
    written = read_file(_Written, path)
    _, truth = read_way(WAYS, written.truth, f"[truth] in {path.parent.name}/{path.name}")
    rest = {key: value for key, value in vars(written).items() if key != "truth"}
    return Lesson(number=number, name=path.stem.partition("-")[2], truth=truth, **rest)
