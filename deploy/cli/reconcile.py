"""./shop reconcile"""

from __future__ import annotations

import sys

from rich.console import Console

from deploy.cli.terminal import clean, clean_lines
from deploy.operations.asking import CouldNotAskError
from deploy.operations.installation import Installation
from deploy.operations.reconcile import reconcile

_NOT_COMPARED = 3  # exit code


def run(installation: Installation, console: Console, *, settle: float) -> int:
    """Print every disagreement, a line each; 0 when there is none, 1 when there are, 3 when a store is mute."""
    try:
        with console.status("Comparing orders, payments, the ledger and stock"):
            result = reconcile(installation.layout, settle)
    except CouldNotAskError as error:
        print(f"✗ {clean_lines(error)}\n→ Is everything up? ./shop status", file=sys.stderr)
        return _NOT_COMPARED
    for disagreement in result.disagreements:
        print(clean(disagreement))
    number = len(result.disagreements)
    said = "no disagreement" if number == 0 else f"{number} disagreement{'s' * (number > 1)}"
    print(f"{result.orders} orders compared: {said}.")
    return 1 if number else 0
