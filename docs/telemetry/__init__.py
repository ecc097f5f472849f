"""Makes docs/telemetry.md: what every log line, metric and span of the platform means."""
