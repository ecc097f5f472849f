"""The services of the shop. None imports another; they meet over HTTP and events."""

import observability as _observability  # noqa: F401  first: it decides what OpenTelemetry reads when it is imported
