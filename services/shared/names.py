"""What the platform calls itself in telemetry; observability/ is told."""

__all__ = ["PREFIX"]

PREFIX = "shop"
"""Begins the names of metrics and attributes that no convention has."""
