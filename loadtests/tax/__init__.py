"""What telemetry costs: bare FastAPI, ours, the usual recipe, and ours without each of its parts."""
