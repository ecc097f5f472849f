"""Running migrations and seeds: each once for each state of its code."""

from __future__ import annotations

import subprocess
import sys

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.subprocesses import bare_environment
from deploy.native.programs import digest
from deploy.native.services import OneShot


def run(layout: Layout, step: OneShot) -> bool:
    """Run the step unless it was done with the same code; say whether it ran."""
    done = layout.data / "done" / step.name
    package = layout.checkout.joinpath(*step.module.split(".")[:-1])
    state = digest([package, layout.checkout / "services" / "shared"])
    if done.exists() and done.read_text() == state:
        return False
    log = layout.logs / f"{step.name}.log"
    errors = log.with_suffix(".err.log")
    with log.open("a") as output, errors.open("a") as error_output:
        result = subprocess.run(
            [sys.executable, "-m", step.module],
            cwd=layout.checkout,
            env={**bare_environment(), **step.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=error_output,
        )
    if result.returncode != 0:
        lines = log.read_text().splitlines()[-5:] + errors.read_text().splitlines()[-10:]
        raise ShopError(
            f"{step.name} failed with exit code {result.returncode}:\n  " + "\n  ".join(lines),
            f"Its logs: {log} and .err.log. Then ./shop up again.",
        )
    done.parent.mkdir(exist_ok=True)
    done.write_text(state)
    return True
