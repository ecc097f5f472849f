"""The configuration that supervisord gets."""

import configparser
from collections.abc import Mapping
from pathlib import Path

import pytest
from supervisor.datatypes import dict_of_key_value_pairs

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.programs import Program
from deploy.native.supervisor import Supervisor, render


def program(environment: Mapping[str, str] | None = None, watch: tuple[Path, ...] = ()) -> Program:
    return Program(
        name="thing",
        command=("/bin/thing", "--label", "two words"),
        ports=(),
        ready=lambda: None,
        environment=environment or {},
        user="postgres",
        stop_signal="INT",
        watch=watch,
    )


def section(layout: Layout, *programs: Program) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.read_string(render(layout, programs))
    return parser["program:thing"]


def test_a_program_is_started_by_us_and_restarted_by_supervisord(tmp_path: Path) -> None:
    """What the program asks for is what supervisord reads."""
    found = section(Layout.at(tmp_path), program())
    assert found["command"] == "/bin/thing --label 'two words'"
    assert (found["autostart"], found["autorestart"]) == ("false", "true")
    assert (found["user"], found["stopsignal"], found["directory"]) == ("postgres", "INT", "/")
    assert found["stdout_logfile"] == str(tmp_path / "logs" / "thing.log")


def test_environment_survives_supervisords_parser(tmp_path: Path) -> None:
    """URLs, percent signs, commas and braces arrive unchanged."""
    given = {"URL": "redis://:pw@127.0.0.1:1/0?a=b,c", "RATE": "50%", "ERL": "+S 2:2 {127,0,0,1}"}
    text = section(Layout.at(tmp_path), program(given))["environment"]
    read = {name: value.replace("%%", "%") for name, value in dict_of_key_value_pairs(text).items()}
    assert {name: read[name] for name in given} == given


def test_a_value_that_could_break_out_is_refused(tmp_path: Path) -> None:
    """A quote would end the value early."""
    with pytest.raises(ShopError, match="NAME"):
        render(Layout.at(tmp_path), [program({"NAME": 'a"b'})])


def test_changed_code_changes_the_program(tmp_path: Path) -> None:
    """`up` restarts what runs with old code or configuration, and nothing else."""
    watched = tmp_path / "code"
    watched.mkdir()
    (watched / "a.py").write_text("one")
    layout = Layout.at(tmp_path)
    before = render(layout, [program(watch=(watched,))])
    assert render(layout, [program(watch=(watched,))]) == before
    (watched / "a.py").write_text("two")
    assert render(layout, [program(watch=(watched,))]) != before


def test_no_supervisord_is_not_an_error(tmp_path: Path) -> None:
    """Before the first `up` there is no socket."""
    assert not Supervisor(Layout.at(tmp_path)).is_running()
