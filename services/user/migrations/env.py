"""Alembic's entry."""

from services.shared.migrations import run_env

run_env()
