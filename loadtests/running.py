"""The platform that is measured: that of this checkout."""

from argparse import ArgumentParser

from deploy.installation.layout import Layout
from deploy.native.supervisor import Supervisor

__all__ = ["running"]


def running(parser: ArgumentParser) -> tuple[Layout, Supervisor]:
    """Its layout, and its supervisor. Where it does not run, this program ends as with a wrong argument."""
    layout = Layout.from_environment()
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        parser.error("the platform of this checkout does not run here; ./shop up starts it")
    return layout, supervisor
