"""What ./shop answers before it does anything: the overview, help, and mistakes."""

import argparse
import importlib
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.cli.command import GO_ON, GROUPS, Command, find_all
from deploy.cli.main import main, understand
from deploy.cli.parsing import parse
from deploy.installation.layout import CHECKOUT
from services.shared.events.topology import QUEUES
from tests.platform.ports import free_offset

COMMANDS = find_all()


@pytest.mark.parametrize("arguments", [[], ["help"], ["-h"], ["--help"]])
def test_the_overview_has_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """By groups, a line each that fits into 100 columns; exit code 0."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert all(title in shown for title in GROUPS.values())
    for command in COMMANDS.values():
        assert f"./shop {command.usage}" in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert "\033" not in shown  # colours are for terminals


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its summary and examples, asked in either way."""
    for arguments in ([name, "--help"], ["help", name]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        shown = capsys.readouterr().out
        assert COMMANDS[name].summary in shown
        assert all(example in shown for example in COMMANDS[name].examples)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["stauts"], "./shop status"),
        (["Up"], "./shop up"),
        (["log"], "./shop logs"),
        (["help", "trase"], "./shop trace"),
        (["load", "mixd"], "mixed"),
        (["status", "--jsn"], "--json"),
        (["buy", "--card", "decline"], "declined"),
        (["dlq", "lst"], "list"),
        (["down", "--wip"], "--wipe"),
        (["--hepl"], "./shop --help"),
        (["restart", "order"], "order-service"),
        (["test", "--ful"], "--full"),
        (["dlq", "show", "order.stok"], "order.stock"),
    ],
)
def test_a_typing_mistake_is_told_with_what_was_meant(
    arguments: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In two lines, with exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[1] == f"→ Did you mean {meant}?"


@pytest.mark.parametrize(
    "arguments",
    [
        *(["xyzzy"], [""], ["-x"], ["trace"], ["trace", "a", "b"], ["status", "x"], ["rebuild"], ["restore"]),
        *(["buy", "--quantity", "0"], ["buy", "--quantity", "many"], ["buy", "--quantity", "-1"], ["dlq"]),
        *(["buy", "--product", "a\nb"], ["buy", "--product", "../users/me"], ["reconcile", "--settle", "nan"]),
        *(["up", "--docker", "--native"], ["reconcile", "--settle", "x"], ["load"], ["help", "xyzzy"]),
        *(["dlq", "show"], ["dlq", "list", "order.stock"], ["dlq", "show", "nope"], ["restore", "no such file"]),
        *(["dlq", "show", "order.stock", "--yes"], ["dlq", "list", "--id", "x"], ["test", "tests/no_such.py"]),
        *(["load", "mixed", "--host", "http://example.com"], ["trace", "no id"], ["trace", "a" * 65]),
        *(["logs", "--trace", "short"], ["logs", "--request"], ["down", "--wipe=yes"], ["restart", "gateway"]),
        *(
            ["backup", "/"],
            ["backup", __file__],
            ["restore", "a" * 300],
            ["up", "--kubernetes", "--values", "a" * 300],
        ),
        *(["load", "browse", "--record", "a" * 300], ["test", f"tests/{'a' * 300}"]),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong, what to do, and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    what, remedy = capsys.readouterr().err.splitlines()
    assert what.startswith("✗ ")
    assert remedy.startswith("→ ")
    assert "argument" not in what.lower()  # that is argparse's word


@pytest.mark.parametrize(("command", "missing"), [("rollout", "--color"), ("trace", "<id>")])
def test_what_is_missing_is_named_as_it_is_written(
    command: str, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option by its dashes, and the place of a word in brackets."""
    with pytest.raises(SystemExit):
        main([command])
    assert f"./shop {command} needs {missing}.\n" in capsys.readouterr().err


def test_an_unknown_queue_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """As the topology has them; a queue of dead letters stands for its own."""
    with pytest.raises(SystemExit):
        main(["dlq", "show", "nope"])
    assert ", ".join(QUEUES) in capsys.readouterr().err
    assert understand(["dlq", "show", "order.stock.dead"]) != 2


@pytest.mark.parametrize(
    "arguments", [["drill", "start", "--for", "5s", "redis-down"], ["dlq", "drop", "--id", "7", "order.stock"]]
)
def test_options_may_stand_between_the_words(arguments: list[str]) -> None:
    """As the usage shows them."""
    assert parse(arguments)[2] == []


def test_what_makes_sense_is_only_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that ./shop can install what is missing, and then run it."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    assert understand(["status", "--json"]) == GO_ON
    assert understand(["test", "tests/deploy/cli", "-x"]) == GO_ON


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("up", "test", "rollout")])
def test_where_nothing_was_started_nothing_is_installed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command says so, before and after the installation in the same way; stopping nothing is no failure."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path / "nothing"))
    arguments = {
        "dlq": ["list"],
        "drill": ["start", "redis-down"],
        "load": ["mixed"],
        "rebuild": ["history"],
        "restore": [str(CHECKOUT / "README.md")],
        "tour": ["1"],
        "trace": ["some-id"],
    }.get(name, [])
    for run in (understand, main):
        assert run([name, *arguments]) == (0 if name in ("down", "status") else 1)
        shown = capsys.readouterr()
        if name not in ("down", "status"):
            assert shown.err == "✗ There is no platform here.\n→ Start it: ./shop up\n"
        else:
            assert shown.out.startswith("Nothing ")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.asks_stores])
def test_a_start_that_made_no_secrets_is_no_platform(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stores cannot be asked without them."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    arguments = {"dlq": ["list"], "rebuild": ["history"], "restore": [str(CHECKOUT / "README.md")]}
    assert main([name, *arguments.get(name, [])]) == 1
    assert capsys.readouterr().err.startswith("✗ There is no platform here.")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["load", "--help"], ["stauts"]])
def test_help_and_mistakes_install_nothing(arguments: list[str], tmp_path: Path) -> None:
    """In a fresh clone with nothing but the system's Python, and without the network."""
    for folder in ("deploy", "loadtests", "observability", "services"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "requirements", tmp_path / "requirements")
    shutil.copy(CHECKOUT / "shop", tmp_path)
    done = subprocess.run(
        [tmp_path / "shop", *arguments], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, cwd="/"
    )
    assert done.returncode == (2 if arguments == ["stauts"] else 0), done.stderr
    assert (done.stderr if arguments == ["stauts"] else done.stdout).strip()
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("command", find_all().values(), ids=lambda command: command.name)
def test_what_a_command_does_takes_its_options(command: Command) -> None:
    """By their names: nobody else compares the two."""
    if command.run is None:
        run = importlib.import_module(f"deploy.cli.{command.name}").run
        installation, console, *taken = inspect.signature(run).parameters
        parser = argparse.ArgumentParser(add_help=False)
        command.arguments(parser)
        assert (installation, console) == ("installation", "console")
        assert {action.dest for action in parser._actions} <= set(taken)


def test_what_cannot_work_is_refused_before_anything_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests in containers without Docker."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert understand(["test", "--docker"]) == 1
    assert "No Docker Engine" in capsys.readouterr().err


def test_an_older_python_answers_too(tmp_path: Path) -> None:
    """Help and mistakes are for whatever Python there is: nothing that came with 3.11 is used before that."""
    code = (
        "import ast, datetime, pathlib, sys; del datetime.UTC; sys.modules['tomllib'] = None\n"
        "from deploy.cli.main import understand; import deploy.installation.ports\n"
        "assert understand(['up', '--native']) == 100\n"
        "files = [m.__file__ for n, m in sys.modules.items()"
        " if n.partition('.')[0] in ('deploy', 'services', 'observability')]\n"
        "[ast.parse(pathlib.Path(f).read_text(), feature_version=(3, 9)) for f in files]"
    )
    place = {
        "SHOP_RUN_DIR": str(tmp_path),
        "SHOP_PORT_OFFSET": str(free_offset()),
    }  # `up` looks whether it is free
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT, env={**os.environ, **place}
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [["status"], ["down"], ["logs"]])
def test_what_the_system_refuses_is_told_in_words(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here Docker is gone since the start in containers: no traceback and no number of an error."""
    (tmp_path / "containers.json").write_text('{"environment": {}, "published": {}}')
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(arguments) == 1
    what, remedy = capsys.readouterr().err.splitlines()
    assert what == "✗ That could not be done: no such file or directory: docker"
    assert remedy.startswith("→ ")


def test_commands_need_only_the_standard_library() -> None:
    """Nothing that is installed is imported before the arguments were understood."""
    code = "from deploy.cli.main import understand; understand(['up'])"
    without_packages = [sys.executable, "-S", "-c", code]
    done = subprocess.run(without_packages, capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
