"""Fixtures that any test may use: captured telemetry, and the whole platform."""

import pytest

pytest_plugins = ["observability.testing", "tests.platform.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no platform comes first: it fails sooner, and has the machine for itself."""
    items.sort(key=lambda item: "platform" in getattr(item, "fixturenames", ()))
