"""Telemetry and resilience for FastAPI services; it knows nothing of shops and can be lifted out whole.

One idea a module, imported by its own name, so that a service pays only for the libraries it uses:
`request_id`, `logging`, `secrets`, `redaction`, `span_redaction`, `tracing`, `export`, `metrics`, `middleware`,
`fastapi`, `health`, `breaker`, `retry`, `messaging`, `tasks`, `sql`, `mongo`, `redis`, `http_client`; and for
tests `testing`.
"""

__all__: list[str] = []
