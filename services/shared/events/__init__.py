"""Events: written with the change they report, carried to the broker, taken in exactly once."""
