"""Stopping real parts of the platform, and reading what the services say of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.native import platform as native
from deploy.native import secrets
from deploy.native.layout import Layout, instances
from deploy.native.starting import start, wait
from deploy.native.supervisor import Supervisor


@contextmanager
def stopped(platform: Layout, *programs: str) -> Iterator[None]:
    """The programs are stopped inside the block, and ready again after it."""
    supervisor = Supervisor(platform)
    described = native.describe(platform, secrets.ensure(platform.secrets)).programs
    chosen = [program for program in described if program.name in programs]
    assert len(chosen) == len(programs)
    supervisor.stop(programs)
    try:
        yield
    finally:
        start(supervisor, chosen)
        wait(platform, supervisor, chosen)


def metric(platform: Layout, service: str, name: str, **labels: str) -> list[float]:
    """A metric's value on each replica of a service that has it."""
    values = []
    for instance in instances(service) or [service]:
        text = httpx.get(f"{platform.url(instance)}/metrics").text
        values += [
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
    return values
