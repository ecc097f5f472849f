"""Where a program's processor time goes during checkouts, as a flame graph:

    .venv/bin/python -m loadtests.flame [--program order-service-1] [--seconds 20] [--output loadtests/flame.svg]

The platform of this checkout must run natively, and be left alone. py-spy reads the stacks of the program from
outside, 200 times a second, while `loadtests.checkout` buys; it counts stacks that hold the interpreter's lock. It
has to be allowed to trace processes: be root, or the owner where `kernel.yama.ptrace_scope` is 0.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.installation.numbers import positive
from loadtests.running import running

_MOVING = re.compile(
    r"<script.*?</script>| onload=\"[^\"]*\"|<text id=\"(?:details|unzoom|search|matched)\".*?</text>", re.DOTALL
)
_USERS = "4"  # at once: enough that the program has something to do all the time


def main(arguments: list[str] | None = None) -> int:
    """The exit code: that of py-spy, or of the checkouts."""
    parser = argparse.ArgumentParser(prog="loadtests.flame", description="Where the processor time goes.")
    parser.add_argument("--program", default="order-service-1", help="as ./shop status names it")
    parser.add_argument("--seconds", type=positive, default=20, help="of checkouts")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("flame.svg"))
    chosen = parser.parse_args(arguments)
    states = running(parser)[1].states()
    if chosen.program not in states:
        parser.error(f"there is no program {chosen.program}, only {', '.join(states)}")
    pid = states[chosen.program].pid
    if not pid:
        parser.error(f"{chosen.program} does not run")
    folder = chosen.output.resolve().parent
    if not folder.is_dir():
        parser.error(f"there is no folder {folder}")
    path = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if not shutil.which("py-spy", path=path["PATH"]):
        parser.error("py-spy is not installed: .venv/bin/pip install py-spy")
    checkouts = ["-m", "loadtests.checkout", "--users", _USERS, "--idle", "1", "--seconds", str(chosen.seconds)]
    with subprocess.Popen([sys.executable, *checkouts]) as load:
        # The picture's title is this command: no path of this machine is in it.
        how = f"--gil --rate 200 --function --duration {chosen.seconds} --pid {pid} --output {chosen.output.name}"
        done = subprocess.run(["py-spy", "record", *how.split()], cwd=folder, env=path)
    if done.returncode == 0:
        chosen.output.write_text(still(chosen.output.read_text(encoding="utf-8")), encoding="utf-8")
    return done.returncode or load.returncode


def still(picture: str) -> str:
    """The picture without its program and what only that needs: nothing of it runs where it stands in a page."""
    return _MOVING.sub("", picture)


if __name__ == "__main__":
    sys.exit(main())
