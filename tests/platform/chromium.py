"""The machine's own Chromium, without a screen: Debian's `chromium-headless-shell`, which `./shop test` installs.

It draws pages as `chromium --headless` does, and takes half of its processor time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

__all__ = ["headless_chromium"]

_PROGRAM = "chromium-headless-shell"
_FLAGS = ("--no-sandbox", "--disable-dev-shm-usage")  # as root in a container there is no sandbox


@contextmanager
def headless_chromium() -> Iterator[Browser]:
    """A browser, closed at the end. While it is there, this thread cannot run an event loop."""
    path = shutil.which(_PROGRAM)
    if path is None:
        raise RuntimeError(f"There is no {_PROGRAM} on the PATH. As root: apt-get install {_PROGRAM}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield started
        finally:
            started.close()
