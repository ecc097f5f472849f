"""What an operator does with a running platform: dead letters, reconciliation, backup and restore."""
