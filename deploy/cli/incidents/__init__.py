"""Incident data sets: what a fault left in metrics, logs and traces, with the truth beside it."""
