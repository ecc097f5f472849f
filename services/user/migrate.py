"""Bring the database of the user service to its newest form: `python -m services.user.migrate`."""

from pathlib import Path

from services.shared.migrations import migrate
from services.shared.server import run_once
from services.user.settings import NAME, Settings

if __name__ == "__main__":
    run_once(NAME, Settings, lambda s: migrate(Path(__file__).parent, s.database_url))
