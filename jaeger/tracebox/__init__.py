"""A small stand-in for Jaeger: takes OTLP over HTTP, keeps spans in SQLite, answers Jaeger's /api/v3."""
