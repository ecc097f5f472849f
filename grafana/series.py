"""The colour of each series of a panel: by its service, by its meaning, or its own place in the palette."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from grafana.colours import MEANINGS, OUTCOMES, PALETTE, PARTS, SERVICES, VALUES

__all__ = ["Paint", "paints"]

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_NAMES_A_SERVICE = {"job", "service", "breaker", "service_name", "service_peer_name", "call"}
_NAMES_AN_OUTCOME = {
    *("outcome", "shop_message_outcome", "error_type", "kind"),
    *("state", "to_state", "db_client_connection_state"),
}
_STATUSES = (
    (r"/(^|\s)2\d\d$/", "success"),
    (r"/(^|\s)3\d\d$/", "quiet"),
    (r"/(^|\s)4\d\d$/", "refused"),
    (r"/(^|\s)429$/", "throttled"),  # after 4xx: the last one that matches counts
    (r"/(^|\s)(5\d\d|no answer)$/", "failure"),
)
# Of an order; the rest of its states are outcomes.
_STATES = {
    "pending": PALETTE[6],
    "awaiting_payment": PALETTE[0],
    **{name: OUTCOMES[name] for name in ("rejected", "payment_failed", "paid", "fulfilled", "cancelled")},
}
_QUANTILES = {"p50": PALETTE[6], "p95": PALETTE[0], "p99": PALETTE[1]}


@dataclass(frozen=True)
class Paint:
    """Which series (Grafana's matcher and what it looks for) gets which colour, and whether it is dashed."""

    matcher: str
    option: str
    colour: str
    dashed: bool = False

    def properties(self) -> list[DynamicConfigValue]:
        """As an override has them."""
        found = [DynamicConfigValue("color", {"mode": "fixed", "fixedColor": self.colour})]
        if self.dashed:
            found.append(DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [6, 4]}))
        return found


def paints(legends: list[str]) -> list[Paint]:
    """For the series of these legends. A later one wins, as in Grafana."""
    found: dict[tuple[str, str], Paint] = {}
    static = [legend for legend in legends if not _PLACEHOLDER.search(legend)]
    free = iter([*PALETTE, *PALETTE])
    for legend in static:
        colour = _QUANTILES.get(legend) or OUTCOMES.get(legend) or next(free)
        found["byName", legend] = Paint("byName", legend, colour)
    for legend in legends:
        for paint in _of_labels(legend):
            found[paint.matcher, paint.option] = paint
    return list(found.values())


def _of_labels(legend: str) -> Iterator[Paint]:
    labels = _PLACEHOLDER.findall(legend)
    if not labels:
        return
    alone = legend == f"{{{{{labels[0]}}}}}"
    if labels[-1] in _NAMES_A_SERVICE:  # the last label decides: {{status}} {{service}} is by service
        for name, colour in {**PARTS, **SERVICES}.items():
            yield Paint("byName", name, colour) if alone else Paint("byRegexp", f"/(^| ){name}( |$)/", colour)
    if labels[0] == "instance":
        yield from _replicas()
    for name, values in VALUES.items():
        if name == labels[0] and len(labels) == 1 and alone:
            yield from (Paint("byName", v, PALETTE[n % len(PALETTE)]) for n, v in enumerate(values))
    yield from _endings(legend, labels, alone=alone)


def _endings(legend: str, labels: list[str], *, alone: bool) -> Iterator[Paint]:
    """Colours by how a name ends. Where several series end well, only what did not is told apart by colour."""
    last = labels[-1]
    if last in ("status", "http_response_status_code"):
        if last == "status" and alone:
            yield from (Paint("byName", name, colour) for name, colour in _STATES.items())
        yield from (Paint("byRegexp", pattern, MEANINGS[meaning]) for pattern, meaning in _STATUSES)
    elif last in _NAMES_AN_OUTCOME and legend.endswith("}}"):
        begin = "^" if alone else " "
        for meaning in MEANINGS if len(labels) == 1 else ("quiet", "throttled", "failure"):
            names = [re.escape(name) for name, colour in OUTCOMES.items() if colour == MEANINGS[meaning]]
            if names:
                yield Paint("byRegexp", f"/{begin}({'|'.join(names)})$/", MEANINGS[meaning])


def _replicas() -> Iterator[Paint]:
    """A replica has the colour of its service; every other one is dashed."""
    for name, colour in SERVICES.items():
        yield Paint("byRegexp", f"/^{name}(-\\d*[13579])?\\b/", colour)
        yield Paint("byRegexp", f"/^{name}-\\d*[02468]\\b/", colour, dashed=True)
