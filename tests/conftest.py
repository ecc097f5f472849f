"""Fixtures that any test may use: captured telemetry, and the whole platform."""

pytest_plugins = ["observability.testing", "tests.platform.fixtures"]
