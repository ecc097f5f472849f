"""Drills: breaking a part of the platform on purpose, and mending it again whatever happens meanwhile."""
