"""Bring the database of the payment service to the newest schema; run before the service starts."""

from pathlib import Path

from services.payment.settings import NAME, Settings
from services.shared.migrations import migrate
from services.shared.server import run_once

if __name__ == "__main__":
    run_once(NAME, Settings, lambda settings: migrate(Path(__file__).parent, settings.database_url))
