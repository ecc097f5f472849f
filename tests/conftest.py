"""Fixtures that any test may use: captured telemetry, and the whole platform."""

import os
import signal

# The tests' own clients ask this machine only; what fetches packages keeps the proxy of the environment.
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, ("127.0.0.1,localhost,::1", os.environ.get(_name))))

# Programs that tests start hear Ctrl+C, also where the shell of a job in the background had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["observability.testing", "tests.platform.fixtures", "tests.side_by_side"]
