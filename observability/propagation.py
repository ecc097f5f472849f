"""How a trace travels between processes: W3C `traceparent`, without baggage, whatever the environment says.

The gateway decides what the trace of a request is. Where it makes no span of its own, it starts a trace by a
`traceparent` that repeats the second half of the trace id in place of the parent (gateway/request.conf.template):
the trace has that id, and its first span has no parent.
"""

from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import CarrierT, Getter, default_getter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import INVALID_SPAN, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

__all__ = ["EdgeIds", "EdgePropagator"]

_HALF = (1 << 64) - 1
_trace_to_start: ContextVar[int] = ContextVar("trace_to_start", default=0)


class EdgePropagator(TraceContextTextMapPropagator):
    """W3C Trace Context; a trace that the edge started has its id and no parent."""

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        """Read the parent of what is handled now."""
        found = super().extract(carrier, context, getter)
        parent = get_current_span(found).get_span_context()
        if not parent.is_valid or not parent.is_remote or parent.span_id != parent.trace_id & _HALF:
            _trace_to_start.set(0)
            return found
        _trace_to_start.set(parent.trace_id)
        return set_span_in_context(INVALID_SPAN, found)


class EdgeIds(RandomIdGenerator):
    """Random ids; the first trace that begins after an `extract` has the id that the edge chose."""

    def generate_trace_id(self) -> int:
        """The id of a new trace."""
        chosen = _trace_to_start.get()
        _trace_to_start.set(0)
        return chosen or super().generate_trace_id()
