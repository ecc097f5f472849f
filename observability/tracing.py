"""Traces: the provider that exports over OTLP/HTTP."""

import os
import uuid

from opentelemetry import trace
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from observability.export import NativeProcessor, contrib_processor
from observability.names import own_names_begin_with
from observability.propagation import EdgeIds, EdgePropagator, FollowParentSampler
from observability.span_redaction import redacted_attributes

__all__ = ["setup_tracing"]


class _Provider(TracerProvider):
    """Ours: it is known by its class."""


def setup_tracing(
    service: str,
    *,
    version: str,
    instance: str,
    environment: str,
    namespace: str = "",
    prefix: str = "",
    contrib_export: bool = False,
) -> TracerProvider:
    """Install the global tracer provider, or give the one that this installed before: a process is one service.

    Exports only where OTEL_EXPORTER_OTLP_ENDPOINT is set.

    Resource attributes follow the conventions for `service.*` and `deployment.*`.
    instance: what the replica is called; its process gets an id of its own, which begins with it.
    namespace: of the services that belong together. prefix: of attributes that no convention names.
    contrib_export: send spans by the SDK's own processor and exporter.
    Raises RuntimeError where somebody else has installed a provider: by that one, secrets would leave in spans.
    """
    installed = trace.get_tracer_provider()
    if isinstance(installed, _Provider):
        return installed
    if not isinstance(installed, trace.ProxyTracerProvider):
        raise RuntimeError(f"another tracer provider is installed: {type(installed)}")
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")  # the stable one, where contrib is switched on
    own_names_begin_with(prefix)
    set_global_textmap(EdgePropagator())
    resource = Resource.create(
        {
            "service.name": service,
            "service.version": version,
            "service.instance.id": f"{instance}.{uuid.uuid4().hex[:12]}",
            "deployment.environment.name": environment,
            **({"service.namespace": namespace} if namespace else {}),
        }
    )  # and whatever OTEL_RESOURCE_ATTRIBUTES holds
    provider = _Provider(
        # Everything; a decision made before us stays: the gateway makes it for what comes from outside.
        sampler=FollowParentSampler(),
        id_generator=EdgeIds(),
        resource=Resource(redacted_attributes(resource.attributes)),
    )
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider.add_span_processor(contrib_processor() if contrib_export else NativeProcessor())
    trace.set_tracer_provider(provider)
    return provider
