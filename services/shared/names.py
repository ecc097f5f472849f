"""What the platform calls itself in telemetry; observability/ is told."""

__all__ = ["NAMESPACE", "PREFIX", "VERSION"]

NAMESPACE = "glasshouse"
"""The `service.namespace` of all services."""
PREFIX = "shop"
"""Begins the names of metrics, attributes and events that no convention has."""
VERSION = "0.1.0"
"""The `service.version` of all services, and the version of the scopes of their spans."""
