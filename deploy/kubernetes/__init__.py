"""The platform on Kubernetes: the Helm chart, and the program that packs it."""
