"""Free ports: no client and no other test run takes one before its server does."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.free_ports import free_ports

ROOT = Path(__file__).parents[1]
_NAMES = [str(number) for number in range(40)]
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_two_processes_never_share_a_port() -> None:
    """While both of them run."""
    asks = f"from tests.free_ports import free_ports; print(*free_ports(*{_NAMES}).values(), flush=True); input()"
    command = [sys.executable, "-c", asks]
    with (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second,
    ):
        given = [*free_ports(*_NAMES).values()]
        for process in (first, second):
            assert process.stdout is not None
            given += map(int, process.stdout.readline().split())
        for process in (first, second):
            process.communicate("\n")
    assert len(given) == len(set(given)) == 3 * len(_NAMES)


def test_no_client_takes_one() -> None:
    """They are none of those that the system gives to clients."""
    low, high = map(int, _EPHEMERAL.read_text().split())
    if high > 61_000:
        pytest.skip("here clients are given such ports too")
    assert not [port for port in free_ports(*_NAMES).values() if low <= port <= high]
