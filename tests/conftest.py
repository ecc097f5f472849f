"""Fixtures that any test may use: captured telemetry, and the whole platform."""

import os

import pytest

# The tests' own clients ask this machine only; what fetches packages keeps the proxy of the environment.
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, ("127.0.0.1,localhost,::1", os.environ.get(_name))))

pytest_plugins = ["observability.testing", "tests.platform.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no platform comes first: it fails sooner. Then what needs one that no test has disturbed."""

    def rank(item: pytest.Item) -> int:
        if "platform" not in getattr(item, "fixturenames", ()):
            return 0
        return 1 if item.get_closest_marker("undisturbed") else 2

    items.sort(key=rank)
