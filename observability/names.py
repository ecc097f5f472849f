"""What spans are called by: the version of the conventions, and the prefix of what no convention names."""

from opentelemetry import trace
from opentelemetry.semconv.schemas import Schemas

__all__ = ["SCHEMA_URL", "VERSION", "own", "own_names_begin_with", "tracer"]

VERSION = "0.1.0"
"""Of this package, and so of the scopes of its spans."""
SCHEMA_URL = Schemas.V1_44_0.value
"""The semantic conventions that every span follows."""
_prefix = ""


def own_names_begin_with(prefix: str) -> None:
    """Set the prefix once for the process; empty for none."""
    global _prefix
    _prefix = f"{prefix}." if prefix else ""


def own(name: str) -> str:
    """The full name of an attribute or event that no convention has: `order.id` becomes `acme.order.id`."""
    return _prefix + name


def tracer(scope: str, version: str = VERSION) -> trace.Tracer:
    """A tracer for the spans of the module `scope`, of a package of this version."""
    return trace.get_tracer(scope, version, schema_url=SCHEMA_URL)
