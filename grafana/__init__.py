"""Dashboards as code: `python -m grafana.build` writes generated/*.json."""
