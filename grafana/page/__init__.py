"""The dashboard page: draws grafana/generated/*.json against Prometheus where Grafana is absent."""
