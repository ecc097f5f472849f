"""The events of the platform, and what makes their schemas."""
