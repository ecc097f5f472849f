"""Settings from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where tracebox listens, where it keeps its data and how much of it, and by which names it is asked."""

    host: str = "127.0.0.1"
    otlp_port: int = 4318
    browser_port: int = 4319
    query_port: int = 16686
    database: Path = Path("tracebox.sqlite")
    max_spans: int = 200_000
    browser_bytes: int = 32 * 1024 * 1024
    hosts: frozenset[str] = frozenset({"localhost", "jaeger", "traces"})
    console: str = ""
    log_level: str = "info"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports for services' spans, for browsers' spans and for queries."""
        return self.otlp_port, self.browser_port, self.query_port

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read HOST, OTLP_PORT, OTLP_BROWSER_PORT, QUERY_PORT, LOG_LEVEL, and TRACEBOX_ with DB, MAX_SPANS,
        BROWSER_BYTES (the share of browsers), HOSTS (the names it is asked by, comma-separated) and CONSOLE
        (the address of the console).
        """
        env = os.environ
        return cls(
            host=env.get("HOST", cls.host),
            otlp_port=int(env.get("OTLP_PORT", cls.otlp_port)),
            browser_port=int(env.get("OTLP_BROWSER_PORT", cls.browser_port)),
            query_port=int(env.get("QUERY_PORT", cls.query_port)),
            database=Path(env.get("TRACEBOX_DB", cls.database)).absolute(),
            max_spans=int(env.get("TRACEBOX_MAX_SPANS", cls.max_spans)),
            browser_bytes=int(env.get("TRACEBOX_BROWSER_BYTES", cls.browser_bytes)),
            hosts=frozenset(name for name in env.get("TRACEBOX_HOSTS", "").split(",") if name) or cls.hosts,
            console=env.get("TRACEBOX_CONSOLE", cls.console),
            log_level=env.get("LOG_LEVEL", cls.log_level),
        )
