"""Alembic's environment; see services/shared/migrations.py."""

from services.shared.migrations import run_env

run_env()
