"""Rules, probes and settings of Prometheus and its neighbours; what is generated, and from what."""
