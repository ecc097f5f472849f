"""How a service and a duration look on every page."""

from grafana.colours import MEANINGS, SERVICES, of_service


def colour(service: str) -> str:
    """Name the CSS class of a service's colour."""
    return f"c{of_service(service).removeprefix('#')}"


def stylesheet() -> str:
    """CSS for every class that `colour` names, and for what failed: the colours of grafana/colours.toml."""
    colours = dict.fromkeys(SERVICES.values())
    rules = [f".c{c.removeprefix('#')} {{ border-color: {c}; fill: {c}; }}" for c in colours]
    return "\n".join([*rules, f".failed {{ fill: {MEANINGS['failure']}; }}", ""])


def milliseconds(nanoseconds: int) -> str:
    """Write a duration in ms, exact enough for short ones; in seconds from ten on."""
    value = nanoseconds / 1e6
    if value >= 10_000:
        return f"{value / 1000:.1f} s"
    return f"{value:.2f} ms" if value < 10 else f"{value:,.1f} ms"


def counted(number: int, what: str) -> str:
    """Write a number of things: 1 span, 2 spans."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
