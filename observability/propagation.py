"""How a trace travels between processes: W3C `traceparent`, without baggage, whatever the environment says.

The gateway decides what the trace of a request is. Where it starts a trace without a span of its own, it sends
`tracestate: shop=new` beside `traceparent` (gateway/request.conf.template). The trace then has that id, and its
first span has no parent.
"""

import re
from collections.abc import Sequence
from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import CarrierT, Getter, default_getter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

__all__ = ["EdgeIds", "EdgePropagator", "FollowParentSampler", "parent_of"]

_NEW = ("shop", "new")
_NEW_HEADER = "=".join(_NEW).encode()
_PLAIN = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_trace_to_start: ContextVar[int] = ContextVar("trace_to_start", default=0)


class EdgePropagator(TraceContextTextMapPropagator):
    """W3C Trace Context; a trace that the edge started has its id and no parent."""

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        """Read the parent of what is handled now."""
        found = super().extract(carrier, context, getter)
        parent = get_current_span(found).get_span_context()
        return _from_edge(parent, parent.trace_state.get(_NEW[0]) == _NEW[1], found)


def parent_of(traceparent: bytes, tracestate: bytes | None = None) -> Context:
    """What `EdgePropagator` extracts from these two headers, at a third of its price where they are plain."""
    is_new = tracestate == _NEW_HEADER
    match = _PLAIN.fullmatch(traceparent) if is_new or not tracestate else None
    if match is None:
        carrier = {"traceparent": traceparent.decode("latin-1")}
        if tracestate:
            carrier["tracestate"] = tracestate.decode("latin-1")
        return EdgePropagator().extract(carrier)
    parent = SpanContext(int(match[1], 16), int(match[2], 16), True, TraceFlags(int(match[3], 16)))
    if not parent.is_valid:
        return Context()
    return _from_edge(parent, is_new, set_span_in_context(NonRecordingSpan(parent), Context()))


def _from_edge(parent: SpanContext, is_new: bool, found: Context) -> Context:
    """`found` with `parent` in it, or where the edge only chose an id for the trace, without."""
    if not is_new:
        if _trace_to_start.get():
            _trace_to_start.set(0)
        return found
    _trace_to_start.set(parent.trace_id)
    return set_span_in_context(INVALID_SPAN, found)


class EdgeIds(RandomIdGenerator):
    """Random ids; the first trace that begins after an `extract` has the id that the edge chose."""

    def generate_trace_id(self) -> int:
        """The id of a new trace."""
        chosen = _trace_to_start.get()
        if not chosen:
            return super().generate_trace_id()
        _trace_to_start.set(0)
        return chosen


class FollowParentSampler(Sampler):
    """Records everything; a decision that was made before stays. As `ParentBased(ALWAYS_ON)`, at a third of the
    price, which every span pays."""

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """What the parent's flags say; without a parent, yes."""
        parent = get_current_span(parent_context).get_span_context()
        if not parent.is_valid:
            decision, state = Decision.RECORD_AND_SAMPLE, None
        else:
            decision = Decision.RECORD_AND_SAMPLE if parent.trace_flags & 1 else Decision.DROP
            state = parent.trace_state
        return SamplingResult(decision, attributes, state)

    def get_description(self) -> str:
        """The sampler's name in the SDK's own texts."""
        return "FollowParentSampler"
