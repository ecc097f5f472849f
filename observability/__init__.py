"""Telemetry and resilience for FastAPI services; it knows nothing of shops and can be lifted out whole.

README.md has an app to begin with.
One idea a module, imported by its own name, so that a service pays only for the libraries it uses:
`request_id`, `names`, `logging`, `secrets`, `redaction`, `span_redaction`, `environment`, `propagation`,
`tracing`, `export`, `metrics`, `middleware`, `fastapi`, `health`, `breaker`, `retry`, `messaging`, `tasks`,
`client_span`, `sql`, `mongo`, `redis`, `http_client`, `service`; and for tests `testing`.
"""

from observability.environment import forget_the_rest

__all__: list[str] = []

forget_the_rest()  # when this package is imported first: OpenTelemetry reads many as it is imported
