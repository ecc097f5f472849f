"""Feature flags by OpenFeature. They are for drills only: docs/drills.md says what each of them breaks.

The one way to switch a flag on is the file that the setting FLAGS_FILE names. `./shop drill` writes it into the
run directory. No request, header or event reaches it, and a file that others could write is refused.

A process looks at the file once a second. While there is none, `flags.are_on` is False, and whoever could break
something asks for no more than that; the library of OpenFeature is not even imported.

The file has the form of flagd, with one kind of targeting: equality of all named attributes of the context.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from observability.logging import get_logger

if TYPE_CHECKING:
    from openfeature.client import OpenFeatureClient
    from openfeature.provider.in_memory_provider import InMemoryFlag

__all__ = ["FlagFile", "Flags", "flags"]

_log = get_logger("flags")
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Flags:
    """The flags of this process. `are_on`: whether there is any."""

    def __init__(self) -> None:
        self.are_on = False
        self._keys: frozenset[str] = frozenset()
        self._context: dict[str, str] = {}
        self._client: OpenFeatureClient | None = None

    def replace(self, definitions: Mapping[str, Any], context: Mapping[str, str]) -> None:
        """Have these flags from now on, in flagd's form; none switches all off.

        context: what is true of this process, such as its `service`. Raises KeyError, TypeError or ValueError for
        what has another form, and keeps the flags of before.
        """
        if definitions:
            self._client = _client(definitions)
        self._context = dict(context)
        self._keys = frozenset(definitions)
        self.are_on = bool(definitions)

    def value(self, key: str, **context: str) -> Mapping[str, Any]:
        """The value of the flag in this context; empty, and so false, where it is off or there is none.

        The evaluation is an event of the current span.
        """
        if key not in self._keys or self._client is None:
            return {}
        from openfeature.evaluation_context import EvaluationContext

        about = EvaluationContext(attributes={**self._context, **context})
        found = self._client.get_object_value(key, {}, about)
        return found if isinstance(found, Mapping) else {}


flags = Flags()
"""Those of this process."""


class FlagFile:
    """The file with the flags of a process."""

    def __init__(self, path: Path | None, into: Flags, **context: str) -> None:
        self._path = path
        self._into = into
        self._context = context
        self._seen: tuple[int, ...] | None = None

    def look(self) -> None:
        """Take what the file says, when it is not the one that was seen before. Never raises."""
        if self._path is None:
            return
        try:
            found = os.stat(self._path)
        except OSError:
            now = None
        else:
            now = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode, found.st_uid)
        if now == self._seen:
            return
        self._seen = now
        try:
            definitions = _read(self._path) if now else {}
            self._into.replace(definitions, self._context)
        except (OSError, KeyError, TypeError, ValueError) as error:
            self._into.replace({}, self._context)
            _log.error("flags.refused", error=repr(error))
        else:
            _log.warning("flags.changed", flags=sorted(definitions))


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        found = os.fstat(file.fileno())
        if found.st_uid != os.geteuid() or found.st_mode & _WRITABLE_BY_OTHERS:
            raise ValueError("others could write the file of flags")
        definitions = json.load(file)["flags"]
    if not isinstance(definitions, dict):
        raise TypeError("flags must be an object")
    return definitions


def _client(definitions: Mapping[str, Any]) -> OpenFeatureClient:
    from openfeature import api
    from openfeature.hook import Hook
    from openfeature.provider.in_memory_provider import InMemoryProvider

    class OnSpan(Hook):
        """Tells the current span of each evaluation, by the names of OpenTelemetry's conventions."""

        def finally_after(self, hook_context: Any, details: Any, hints: Any) -> None:
            attributes = {
                "feature_flag.key": details.flag_key,
                "feature_flag.result.variant": details.variant or "",
                "feature_flag.result.reason": str(details.reason or "unknown").lower(),
                "feature_flag.provider.name": hook_context.provider_metadata.name,
            }
            trace.get_current_span().add_event("feature_flag.evaluation", attributes)

    api.set_provider(InMemoryProvider({key: _flag(one) for key, one in definitions.items()}))
    client = api.get_client()
    client.add_hooks([OnSpan()])
    return client


def _flag(definition: Mapping[str, Any]) -> InMemoryFlag[Any]:
    from openfeature.provider.in_memory_provider import InMemoryFlag

    variants, first, targeting = definition["variants"], definition["defaultVariant"], definition.get("targeting")
    if first not in variants:
        raise ValueError(f"there is no variant {first}")
    return InMemoryFlag(first, variants, context_evaluator=_where(targeting) if targeting else None)


def _where(targeting: Mapping[str, Any]) -> Any:
    """flagd's {"if": [{"and": [{"==": [{"var": "service"}, "order-service"]}, ...]}, "on", "off"]}."""
    from openfeature.flag_evaluation import FlagResolutionDetails, Reason

    condition, on, off = targeting["if"]
    wanted = {variable["var"]: value for variable, value in (one["=="] for one in condition["and"])}

    def resolve(flag: InMemoryFlag[Any], context: Any) -> FlagResolutionDetails[Any]:
        matches = wanted.items() <= context.attributes.items()
        variant = on if matches else off
        reason = Reason.TARGETING_MATCH if matches else Reason.DEFAULT
        return FlagResolutionDetails(value=flag.variants[variant], variant=variant, reason=reason)

    return resolve
