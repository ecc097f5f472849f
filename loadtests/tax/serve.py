"""One of the compared apps, served by uvicorn: `python -m loadtests.tax.serve KIND ENDPOINT PORT`."""

import sys

import uvicorn

from loadtests.tax.subjects import served
from services.shared import garbage


def main(kind: str, endpoint: str, port: int) -> None:
    """Serve until the process is ended."""
    app = served(kind, endpoint)
    garbage.settle()  # as in our services: so what differs is telemetry
    # The recipe's line for a request is uvicorn's own; ours is the middleware's; bare has none.
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        access_log=kind == "stock",
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
