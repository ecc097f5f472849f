"""Jaeger: its configuration, its spans as objects, and tracebox, which stands in for it."""
