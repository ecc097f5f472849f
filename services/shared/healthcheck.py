"""A container asks itself whether it is ready: exit code 0 or 1. Imports nothing of ours, to start fast."""

import http.client
import os
import sys


def main() -> int:
    """0 when /health/ready answers 200 within 3 s."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        print(answer.read(500).decode(errors="replace"))  # noqa: T201 - kept by Docker beside the outcome
        return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error)  # noqa: T201
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
