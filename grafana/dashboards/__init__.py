"""One dashboard a file (`postgresql` is a row of `datastores`); `ALL` in the order in which they are shown."""

from grafana.board import Board
from grafana.dashboards import (
    checkout,
    datastores,
    gateway,
    logs,
    messaging,
    overview,
    resilience,
    runtime,
    service,
    slo,
    telemetry,
)

__all__ = ["ALL", "IN_CONTAINERS"]

ALL: tuple[Board, ...] = (
    overview.BOARD,
    service.BOARD,
    checkout.BOARD,
    messaging.BOARD,
    datastores.BOARD,
    resilience.BOARD,
    gateway.BOARD,
    slo.BOARD,
    telemetry.BOARD,
    runtime.BOARD,
)

IN_CONTAINERS: tuple[Board, ...] = (logs.BOARD,)
"""Those that need what only the containers have."""
