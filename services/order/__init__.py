"""The order service: orders, their states, and their history."""
