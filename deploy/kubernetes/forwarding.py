"""Ports of this machine that lead into a cluster, for as long as one command runs."""

from __future__ import annotations

import atexit
import re
import subprocess
import threading
from collections.abc import Sequence

from deploy.installation.errors import ShopError

__all__ = ["Forward"]

_READY = re.compile(r"Forwarding from 127\.0\.0\.1:(?P<port>\d+) ")
_PAUSE = 0.2  # seconds before a connection is made anew


class Forward:
    """One `kubectl port-forward`. When its pod goes away, it is made anew to the next one, at the same port."""

    def __init__(self, kubectl: Sequence[str], target: str, inside: int) -> None:
        """Return when it leads there. target: such as `service/gateway`. Raises ShopError when it does not."""
        self._kubectl, self._target, self._inside = kubectl, target, inside
        self._is_over = threading.Event()
        self.port = 0
        self._start()
        atexit.register(self.close)
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._is_over.set()
        while self._thread.is_alive():  # it may have begun a new one, which waits for a pod
            self._process.terminate()
            self._thread.join(_PAUSE)
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _start(self) -> None:
        ports = f"{self.port or ''}:{self._inside}"
        self._process = subprocess.Popen(
            [*self._kubectl, "port-forward", "--address=127.0.0.1", self._target, ports],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl+C is for the command, which may have something to end in the cluster
        )
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:  # warnings may come first
            if found := _READY.match(line):
                self.port = int(found["port"])
                return
            said = line.strip() or said
        self._end()
        raise ShopError(
            f"{self._target} cannot be reached: {said or 'kubectl says nothing'}",
            "Does it run? ./shop status --kubernetes",
        )

    def _keep(self) -> None:
        while not self._is_over.is_set():
            assert self._process.stdout is not None
            for _ in self._process.stdout:  # a line for each connection, until the pod goes away
                pass
            self._end()
            while not self._is_over.wait(_PAUSE):
                try:
                    self._start()
                except ShopError:  # not yet: the next pod is on its way
                    continue
                break
