"""Settings that every service has; each service adds its own in its settings.py. All come from the environment,
or from files of the folder SECRETS_DIR."""

import socket
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

__all__ = ["ServiceSettings"]


class ServiceSettings(BaseSettings):
    """Where a service listens and how it names itself in telemetry."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    service_instance_id: str = Field(default_factory=socket.gethostname)
    environment: str = "development"
    log_level: str = "info"
    contrib_server_spans: bool = Field(
        default=False, description="by opentelemetry-instrumentation-fastapi in place of our middleware"
    )
    contrib_span_export: bool = Field(default=False, description="by the SDK's own exporter in place of fastotel")
    flags_file: Path | None = Field(default=None, description="what drills switch on in this process")
    drain_seconds: int = Field(default=6, description="limit on SIGTERM for requests, then for messages")
