"""Telemetry and resilience for FastAPI services; it knows nothing of shops and can be lifted out whole.

README.md has an app to begin with, and the table of modules: one idea each, imported by its own name, so that a
service pays only for the libraries it uses.
"""

from observability.environment import forget_the_rest

__all__: list[str] = []

forget_the_rest()  # when this package is imported first: OpenTelemetry reads many as it is imported
