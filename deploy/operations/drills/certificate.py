"""The gateway's certificate ends soon."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.files import write_private
from deploy.installation.layout import make_private
from deploy.installation.secrets import certificate
from deploy.operations.drills.place import Place

__all__ = ["ShortCertificate"]


@dataclass(frozen=True)
class ShortCertificate:
    """The gateway serves a certificate that is valid for so many more days. The right one is kept meanwhile."""

    days: int

    async def begin(self, at: Place) -> None:
        served, kept = at.secrets.tls_certificate_file, _kept(at)
        make_private(kept.parent)
        write_private(kept, served.read_text(encoding="utf-8"))
        key = at.secrets.tls_key_file.read_text(encoding="utf-8")
        write_private(served, certificate(key, days=self.days) + "\n")
        await asyncio.to_thread(at.programs.reload, "gateway")

    async def heal(self, at: Place) -> None:
        if _kept(at).exists():
            _kept(at).replace(at.secrets.tls_certificate_file)
            await asyncio.to_thread(at.programs.reload, "gateway")


def _kept(at: Place) -> Path:
    return at.layout.drill / "gateway.crt"
