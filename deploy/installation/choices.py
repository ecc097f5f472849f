"""Settings that `./shop up` was given by its environment, remembered for the commands that come after it."""

from __future__ import annotations

import json
import os

from deploy.installation.files import read_json, write_private
from deploy.installation.layout import Layout
from deploy.installation.services import SERVICES

NAMES = (
    *("ALERT_WEBHOOK_URL", "CORS_ORIGINS", "JAEGER_PROFILE", "LOG_LEVEL"),
    *(name for service in SERVICES for name in service.choices),
)


def recall(layout: Layout) -> None:
    """Complete the environment by what an earlier command was given, and keep what this one was.

    An empty value (`CORS_ORIGINS= ./shop up`) goes back to the default.
    """
    file = layout.run / "choices.json"
    values: dict[str, str] = read_json(file)
    values |= {name: os.environ[name] for name in NAMES if name in os.environ}
    os.environ.update(values)
    write_private(file, json.dumps(values))
