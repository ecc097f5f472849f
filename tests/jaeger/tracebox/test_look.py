"""How services look on the trace pages."""

import pytest

from grafana.colours import MEANINGS, SERVICES, of_service
from jaeger.tracebox.look import colour, stylesheet


@pytest.mark.parametrize("service", [*SERVICES, "somebody-else", "", "<b>&\ud800"])
def test_a_service_has_the_colour_that_it_has_everywhere(service: str) -> None:
    """Its class is in the style sheet, with the colour of grafana/colours.toml; one not listed gets one too."""
    rule = f".{colour(service)} {{ border-color: {of_service(service)}; fill: {of_service(service)}; }}"
    assert rule in stylesheet().splitlines()
    assert of_service(service) == SERVICES.get(service, of_service(service))


def test_what_failed_has_the_colour_of_failure() -> None:
    """And no service has it."""
    assert f".failed {{ fill: {MEANINGS['failure']}; }}" in stylesheet()
    assert MEANINGS["failure"] not in SERVICES.values()
