"""Backup of all stores as of one cut, and its restore. docs/recovery.md says why the cut is as it is."""
