"""`./shop tour`: what it refuses, and what it says where nothing runs or nobody can be asked."""

import io
import socket
from pathlib import Path

import pytest

from deploy.cli.main import main
from deploy.installation.layout import Layout
from tests.platform.ports import free_offset


@pytest.fixture(scope="module")
def offset() -> int:
    """Ports that nobody has."""
    return free_offset()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int) -> Layout:
    """An installation of which nothing runs, and no terminal."""
    layout = Layout.at(tmp_path / "run", offset)
    monkeypatch.setenv("SHOP_RUN_DIR", str(layout.run))
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(layout.offset))
    monkeypatch.setattr("sys.stdin", io.StringIO("42\n"))
    return layout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["braker"], "Did you mean breaker?"),
        (["13"], "There is no lesson '13'"),
        (["0"], "There is no lesson '0'"),
        (["--answer", "42"], "need a lesson"),
        (["--hint", "1"], "need a lesson"),
        (["1", "--hint", "none"], "'none' is not a number such as 1"),
        (["1", "--hint", "1", "--answer", "42"], "exclude each other"),
        (["1", "2"], "does not take '2'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong, what may have been meant, and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(["tour", *arguments])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_lessons_and_hints_can_be_read_where_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the hints, only those that were asked for."""
    assert main(["tour"]) == 0
    assert "Read a waterfall" in capsys.readouterr().out
    assert main(["tour", "waterfall", "--hint", "2"]) == 0
    said = capsys.readouterr().out
    assert ("Hint 2 of 3" in said, "Hint 3 of 3" in said) == (True, False)


def test_a_lesson_needs_a_platform(elsewhere: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """One that was never started, and one that does not run now."""
    assert main(["tour", "1"]) == 1
    assert "There is no platform here." in capsys.readouterr().err
    elsewhere.run.mkdir()
    assert main(["tour", "1", "--answer", "42"]) == 1
    assert "The shop does not answer now" in capsys.readouterr().err


def test_without_a_terminal_it_says_what_to_do(elsewhere: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole lesson, with this installation's addresses, and how to answer; nothing is run."""
    elsewhere.run.mkdir()
    with socket.create_server(("127.0.0.1", elsewhere.port("gateway"))):
        assert main(["tour", "breaker"]) == 0
    said = capsys.readouterr().out
    assert "$ ./shop drill start redis-hangs --for 10m" in said
    assert f"http://localhost:{elsewhere.port('grafana')}/d/glasshouse-resilience" in said
    assert "./shop tour breaker --answer" in said
    assert "redis-cache" not in said


def test_a_part_that_does_not_answer_is_named(elsewhere: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """For each way to find out what is right."""
    elsewhere.logs.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", elsewhere.port("gateway"))):
        for lesson, part in (
            ("one-click", "The trace store"),
            ("histogram", "Prometheus"),
            ("exemplar", "Prometheus"),
            ("alert", "Alertmanager"),
            ("lost-messages", "RabbitMQ"),
        ):
            assert main(["tour", lesson, "--answer", "42"]) == 1
            assert f"{part} does not answer" in capsys.readouterr().err
