"""Bring the database of the user service to the newest schema; run before the service starts."""

from pathlib import Path

from services.shared.migrations import migrate
from services.shared.server import run_once
from services.user.settings import NAME, Settings

if __name__ == "__main__":
    run_once(NAME, Settings, lambda settings: migrate(Path(__file__).parent, settings.database_url))
