"""Which environment variables of OpenTelemetry count: where spans go, and what else a resource is said to be.

Its libraries read more than forty, many of them when they are imported. One (`OTEL_PROPAGATORS=none`) made every
request fail, others (`OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=many`) end the process, write secrets into spans, or switch
traces off. What is recorded and how it travels is decided in code, so it is the same wherever a service runs.
"""

import os

__all__ = ["forget_the_rest"]

_COUNT = {
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_RESOURCE_ATTRIBUTES",
}


def forget_the_rest() -> None:
    """Remove every other `OTEL_...` from the environment of this process."""
    for name in [name for name in os.environ if name.startswith("OTEL_") and name not in _COUNT]:
        del os.environ[name]
