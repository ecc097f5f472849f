"""Fixtures that any test may use: captured telemetry, and the whole platform."""

import pytest

pytest_plugins = ["observability.testing", "tests.platform.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no platform comes first: it fails sooner. Then what needs one that no test has disturbed."""

    def rank(item: pytest.Item) -> int:
        if "platform" not in getattr(item, "fixturenames", ()):
            return 0
        return 1 if item.get_closest_marker("undisturbed") else 2

    items.sort(key=rank)
