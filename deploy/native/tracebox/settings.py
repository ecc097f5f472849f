"""Settings from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where tracebox listens, where it keeps its data and how much of it."""

    host: str = "127.0.0.1"
    otlp_port: int = 4318
    query_port: int = 16686
    database: Path = Path("tracebox.sqlite")
    max_spans: int = 200_000
    log_level: str = "info"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read HOST, OTLP_PORT, QUERY_PORT, TRACEBOX_DB, TRACEBOX_MAX_SPANS and LOG_LEVEL."""
        env = os.environ
        return cls(
            host=env.get("HOST", cls.host),
            otlp_port=int(env.get("OTLP_PORT", cls.otlp_port)),
            query_port=int(env.get("QUERY_PORT", cls.query_port)),
            database=Path(env.get("TRACEBOX_DB", cls.database)).absolute(),
            max_spans=int(env.get("TRACEBOX_MAX_SPANS", cls.max_spans)),
            log_level=env.get("LOG_LEVEL", cls.log_level),
        )
