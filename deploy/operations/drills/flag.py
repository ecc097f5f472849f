"""Faults inside of our services: a feature flag (services/shared/flags.py) switches them on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.installation.files import write_private
from deploy.installation.layout import Layout, make_private
from deploy.operations.drills.place import Place

__all__ = ["Flag"]


@dataclass(frozen=True)
class Flag:
    """A flag is on. value: what the code reads of it; where: what the context of an evaluation must have."""

    flag: str
    where: Mapping[str, str] = field(default_factory=dict)
    value: Mapping[str, Any] = field(default_factory=dict)

    async def begin(self, at: Place) -> None:
        make_private(at.layout.drill)
        write_private(at.layout.flags_file, json.dumps(self.file(), indent=2) + "\n")

    async def heal(self, at: Place) -> None:
        remove(at.layout)

    def file(self) -> dict[str, Any]:
        """The file of flags, in flagd's form."""
        same = [{"==": [{"var": name}, value]} for name, value in self.where.items()]
        return {
            "flags": {
                self.flag: {
                    "state": "ENABLED",
                    "variants": {"on": {"on": True, **self.value}, "off": {}},
                    "defaultVariant": "off" if same else "on",
                    **({"targeting": {"if": [{"and": same}, "on", "off"]}} if same else {}),
                }
            }
        }


def remove(layout: Layout) -> None:
    """Switch every flag off."""
    layout.flags_file.unlink(missing_ok=True)
