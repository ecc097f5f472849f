"""The server of the console, which shows what Grafana and Jaeger would where they are absent."""
