"""What the services share that is not telemetry: no rule of the shop lives here."""
