"""./shop up"""

from __future__ import annotations

import time

from rich.console import Console

from deploy.cli import urls
from deploy.native import choices
from deploy.native.layout import Layout
from deploy.native.up import up


def run(layout: Layout, console: Console, *, docker: bool) -> int:
    if docker:
        Console(stderr=True).print("Running in containers comes later. Use ./shop up, which needs no Docker.")
        return 2
    began = time.monotonic()
    choices.recall(layout)
    up(layout, console)
    console.print(f"\n[bold green]Ready[/] after {time.monotonic() - began:.1f} s.\n")
    urls.show(layout, console)
    _show_admin(layout, console)
    console.print("\n[bold]A first thing to try[/]")
    shop = urls.collect(layout)["shop"]
    console.print(f"  curl '{shop}/api/products?limit=3'", markup=False, soft_wrap=True)
    console.print(
        f"  curl -X POST {shop}/api/users/register -H 'Content-Type: application/json'"
        """ -d '{"email":"you@example.com","password":"glass-house"}'""",
        markup=False,
        soft_wrap=True,
    )
    return 0


def _show_admin(layout: Layout, console: Console) -> None:
    """The administrator's password, in clear only the first time."""
    password_file = layout.secrets / "admin_password"
    shown = layout.secrets / ".admin_password_shown"
    if shown.exists():
        console.print(f"Administrator: admin@example.com, password in {password_file}", soft_wrap=True)
        return
    console.print(
        f"Administrator: admin@example.com, password [bold]{password_file.read_text().strip()}[/]"
        f"\n  shown only this once; it stays in {password_file}",
        soft_wrap=True,
    )
    shown.touch(mode=0o600)
