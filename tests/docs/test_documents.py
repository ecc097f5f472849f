"""What the documents say exists: every link leads somewhere, every command is one."""

import argparse
import contextlib
import importlib.util
import io
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from deploy.cli.command import find_all
from deploy.cli.parsing import parse
from tests.checkout import ours
from tests.docs.documents import ROOT, Piece, anchors, code, commands, documents, links

EACH = pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SCRIPTS = json.loads((ROOT / "frontend" / "package.json").read_text())["scripts"]
SETTING = re.compile(r"[A-Z_]+=\S*")
SPEAKING = (".py", ".ts", ".tsx", ".toml", ".yml", ".yaml", ".template", ".sh", ".js")
# In prose "./shop makes" is no command: one has a flag, or ends or begins where a quotation does.
IN_TEXT = re.compile(
    r"(?<![\w/])\./shop (?P<name>[a-z]+)(?:(?P<flags>(?: --[a-z-]+)+)|(?=[`\"'<.,;:)]|\n|$| [<\[]))"
)


def _options(name: str) -> set[str]:
    parser = argparse.ArgumentParser()
    find_all()[name].arguments(parser)
    return {flag for action in parser._actions for flag in action.option_strings}


def _shop(words: list[str], piece: Piece) -> None:
    """The real parser takes it. In a sentence the name alone stands for the command."""
    if not words or (not piece.in_block and len(words) == 1 and words[0] in find_all()):
        return
    if words[0] == "backup":  # it replaces no file
        words = ["new.backup" if word == "README.md" else word for word in words]
    said, code = io.StringIO(), 0
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            parse(words)
        except SystemExit as end:
            code = int(end.code or 0)
    assert code == 0, said.getvalue()


def _python(words: list[str]) -> None:
    """The module or the file is there."""
    if words[:1] == ["-m"]:
        assert importlib.util.find_spec(words[1]), words[1]
    elif words[:1] != ["-c"]:
        assert any((folder / words[0]).is_file() for folder in (ROOT, ROOT / "frontend")), words[0]


def _compose(words: list[str]) -> None:
    """Files, services and profiles that it names are there."""
    profiles = {profile for service in COMPOSE.values() for profile in service.get("profiles", ())}
    rest: list[str] = []
    while words:
        word, *words = words
        if word == "-f":
            assert (ROOT / words.pop(0)).is_file()
        elif word == "--profile":
            assert words.pop(0) in profiles
        elif word == "--scale":
            assert words.pop(0).partition("=")[0] in COMPOSE
        elif not word.startswith("-"):
            rest.append(word)
    if rest and rest[0] in ("run", "up", "logs", "ps", "exec", "restart", "build", "stop"):
        named = rest[1:2] if rest[0] in ("run", "exec") else rest[1:]
        assert set(named) <= COMPOSE.keys(), named


def _npm(words: list[str]) -> None:
    """The script is in package.json."""
    assert words[0] == "ci" or words[1] in SCRIPTS, words


@EACH
def test_every_command_is_one(path: Path) -> None:
    """./shop's by its own parser; modules, files, containers and scripts that others name exist."""
    for piece in code(path):
        for command in commands(piece):
            try:
                words = shlex.split(command)
            except ValueError:  # not shell
                continue
            while words and SETTING.fullmatch(words[0]):
                words = words[1:]
            try:
                match words:
                    case ["./shop", *rest]:
                        _shop(rest, piece)
                    case ["python" | "python3" | ".venv/bin/python", *rest] if rest:
                        _python(rest)
                    case ["docker", "compose", *rest]:
                        _compose(rest)
                    case ["npm", *rest] if rest:
                        _npm(rest)
            except AssertionError as error:
                raise AssertionError(f"{piece.place}: {piece.text}\n{error}") from None


def test_every_command_of_shop_in_code_and_configuration_is_one() -> None:
    """What messages, hints and alerts tell people to type."""
    wrong = []
    for path in ours(*SPEAKING):
        relative = path.relative_to(ROOT)
        if relative.parts[:2] in (("tests", "cli"), ("tests", "docs")):  # mistakes on purpose
            continue
        for found in IN_TEXT.finditer(path.read_text(errors="replace")):
            name, flags = found["name"], set((found["flags"] or "").split())
            known = name == "help" or (name in find_all() and flags <= {*_options(name), "--help", "--kubernetes"})
            if not known and not (name == "test" and flags <= {"--full", "--docker", "-m"}):
                wrong.append(f"{relative}: {found[0]}")
    assert wrong == []


@EACH
def test_every_link_leads_somewhere(path: Path) -> None:
    """Files and headings; addresses of the web are not asked."""
    for place, target in links(path):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (
            (ROOT / name.lstrip("/") if name.startswith("/") else path.parent / name).resolve() if name else path
        )
        assert file.exists(), f"{place}: {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{place}: {target}"


def test_every_runbook_of_an_alert_or_a_panel_is_there() -> None:
    """`runbooks.md#...` and `runbooks.html#...` in rules, dashboards and code."""
    there = anchors(ROOT / "docs" / "runbooks.md")
    named: set[str] = set()
    for folder in ("prometheus", "grafana", "deploy"):
        for path in ours(".yml", ".json", ".py", below=folder):
            named |= set(re.findall(r"runbooks\.(?:md|html)#([\w-]+)", path.read_text()))
    assert named
    assert named - there == set()


@EACH
def test_every_path_that_is_named_is_there(path: Path) -> None:
    """What stands in backticks and begins with a folder of the repository, or is a file beside it."""
    tops = {entry.name for entry in ROOT.iterdir()} - {".venv", ".run"}
    for piece in code(path):
        if piece.in_block or not re.fullmatch(r"[\w.*/-]+/[\w.*/-]*", piece.text):
            continue
        if piece.text.startswith(("services/toy/", "requirements/toy.")):  # what CONTRIBUTING.md shows how to make
            continue
        if piece.text.split("/")[0] in tops:
            assert list(ROOT.glob(piece.text.rstrip("/"))), f"{piece.place}: {piece.text}"
