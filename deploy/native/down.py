"""Taking the platform down: nothing of it is left running."""

from __future__ import annotations

import shutil

from deploy.installation.layout import Layout
from deploy.installation.progress import command_lock
from deploy.native import processes
from deploy.native.supervisor import Supervisor

# They serve the others, so they end after them.
_LAST = frozenset({"postgres", "redis", "mongo", "jaeger", "rabbitmq", "epmd"})


def down(layout: Layout, *, wipe: bool = False) -> None:
    """Stop every process and wait for its end; with `wipe`, delete the data, logs and secrets too."""
    if layout.run.is_dir():
        with command_lock(layout):
            _stop(layout)
            if wipe:
                for data in (layout.data, layout.postgres):
                    shutil.rmtree(data, ignore_errors=True)
                shutil.rmtree(layout.run)


def _stop(layout: Layout) -> None:
    supervisor = Supervisor(layout)
    if supervisor.is_running():
        names = set(supervisor.states())
        supervisor.stop(names - _LAST)
        supervisor.stop(names & _LAST)
        supervisor.shutdown()
    processes.end(processes.belonging_to(layout))
    layout.offset_file.unlink(missing_ok=True)
