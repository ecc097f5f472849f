"""The script `shop`: what it makes of the environment, and from where it can be called."""

import hashlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from deploy.installation.layout import CHECKOUT
from tests.waiting import wait_for

FOREIGN = {
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "/nowhere",
    "PYTHONSAFEPATH": "1",
    "PYTHONSTARTUP": "/nowhere",
    "VIRTUAL_ENV": "/nowhere",
    "NODE_OPTIONS": "--require=/nowhere",
    "PGHOST": "elsewhere",
    "PGPASSWORD": "theirs",
    "PGSERVICE": "theirs",
    "OTEL_PROPAGATORS": "none",
    "OTEL_TRACES_SAMPLER": "always_off",
    "OTEL_SDK_DISABLED": "true",
    "TMPDIR": "/nowhere",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, and in the place of Python a program that prints what it gets."""
    folder = tmp_path / "glass house"
    for name in ("requirements", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    (folder / "shop").write_text((CHECKOUT / "shop").read_text())
    (folder / "shop").chmod(0o755)
    (folder / "requirements/native.txt").write_text("nothing==1\n")
    digest = hashlib.sha256(b"nothing==1\n").hexdigest()
    (folder / ".venv/native.txt.installed").write_text(f"{digest}  requirements/native.txt\n")
    python = folder / ".venv/bin/python"
    python.write_text('#!/bin/sh\nenv\necho "arguments: $*"\necho "folder: $PWD"\numask\n')
    python.chmod(0o755)
    return folder


def told(command: Path, cwd: Path, environment: dict[str, str]) -> str:
    """What the program in Python's place printed."""
    done = subprocess.run([str(command), "status"], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_others_set_for_their_programs_steers_none_of_ours(checkout: Path) -> None:
    """Libraries would read it; what is meant for us, and proxies for what is fetched, stays."""
    ours = {"PATH": os.environ["PATH"], "HTTPS_PROXY": "http://proxy", "SHOP_PORT_OFFSET": "100"}
    shown = told(checkout / "shop", checkout, {**FOREIGN, **ours, "LC_ALL": "C"})
    names = {line.partition("=")[0] for line in shown.splitlines()}
    assert names & FOREIGN.keys() == set()
    assert names >= ours.keys()
    assert "PYTHONUTF8=1" in shown.splitlines()


def test_it_can_be_called_from_anywhere(checkout: Path, tmp_path: Path) -> None:
    """Through a link, from another folder, with no HOME, a closed umask, and CDPATH set."""
    link = tmp_path / "link to it"
    link.symlink_to(checkout / "shop")
    shown = told(link, Path("/"), {"PATH": os.environ["PATH"], "CDPATH": str(tmp_path)}).splitlines()
    assert f"folder: {checkout}" in shown
    assert "arguments: -m deploy.cli status" in shown
    assert shown[-1] == "0022"


def test_an_interrupted_installation_ends_in_a_sentence(checkout: Path, tmp_path: Path) -> None:
    """Ctrl+C while pip works: exit code 130, no traceback and no word of a failure."""
    (checkout / ".venv/native.txt.installed").unlink()
    (checkout / ".venv/bin/python").write_text(
        '#!/bin/sh\ncase "$*" in *install*) : > installing; exec sleep 60 ;; esac\n'
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").write_text("#!/bin/sh\nexit 100\n")  # the command is understood
    (programs / "python3").chmod(0o755)
    running = subprocess.Popen(
        [str(checkout / "shop"), "status"],
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as a terminal has it, which interrupts all that belong to it
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # also where these tests run in the background
    )
    wait_for("pip to work", (checkout / "installing").exists)
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=20)
    assert running.returncode == 130
    assert errors.endswith("Interrupted. The same command goes on from here.\n")
    assert "✗" not in errors


@pytest.mark.parametrize(
    ("command", "wants_load"),
    [
        ("load mixed", True),
        ("tour follow", True),
        ("drill all", True),
        ("drill record redis-down --seed 1", True),
        ("drill list", False),
        ("drill start redis-down", False),
        ("status", False),
    ],
)
def test_what_makes_loads_is_installed_for_those_who_make_one(
    checkout: Path, tmp_path: Path, command: str, wants_load: bool
) -> None:
    """A recording and a series of drills start a load themselves."""
    (checkout / "requirements/load.txt").write_text("more==1\n")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 100\n")  # the command is understood
    (tmp_path / "python3").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run([checkout / "shop", *command.split()], env={"PATH": path}, check=True, capture_output=True)
    assert (checkout / ".venv/load.txt.installed").exists() is wants_load
