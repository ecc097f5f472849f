"""Run tracebox: three listeners in one event loop, until SIGTERM or SIGINT."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import anyio.to_thread
import uvicorn
import uvloop
from starlette.types import ASGIApp

from jaeger.tracebox import query, receiver
from jaeger.tracebox.headers import OwnNames
from jaeger.tracebox.schema import open_for_writing
from jaeger.tracebox.settings import Settings
from jaeger.tracebox.writer import Writer
from observability.logging import get_logger, setup_logging

_log = get_logger("tracebox")
_QUERY_THREADS = 4


class Server(uvicorn.Server):
    """A server that leaves signals to `serve`, as there are three of them.

    It looks once a second, for the header Date, and at once when it is woken; uvicorn's own looks ten times.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._woken = asyncio.Event()

    def end(self) -> None:
        """Finish what is under way, and stop."""
        self.should_exit = True
        self._woken.set()

    async def main_loop(self) -> None:
        """Run until `end` is called."""
        while not await self.on_tick(0):
            timer = asyncio.get_running_loop().call_later(1.0, self._woken.set)
            await self._woken.wait()
            self._woken.clear()
            timer.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def main() -> int:
    """Open the ports and the database, then serve."""
    settings = Settings.from_environment()
    setup_logging("jaeger", settings.log_level)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        sockets = [_listen(settings.host, port) for port in settings.ports]
    except OSError as error:
        _log.error("tracebox.port_busy", error=str(error))
        return 1
    writer = Writer(open_for_writing(settings.database), settings.max_spans, settings.browser_bytes)
    apps = [
        receiver.build(writer),
        receiver.build(writer, from_browsers=True),
        query.build(settings.database, settings.console),
    ]
    try:
        uvloop.run(serve([OwnNames(app, settings.hosts) for app in apps], sockets))
    finally:
        writer.close()
    _log.info("tracebox.stopped")
    return 0


async def serve(apps: Sequence[ASGIApp], sockets: list[socket.socket]) -> None:
    """Serve each application on its socket until a signal comes."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = _QUERY_THREADS
    servers = [Server(uvicorn.Config(app, **_UVICORN)) for app in apps]  # type: ignore[arg-type]

    def stop() -> None:
        for server in servers:
            server.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    ports = [listener.getsockname()[1] for listener in sockets]
    _log.info("tracebox.started", otlp_port=ports[0], query_port=ports[-1])
    await asyncio.gather(
        *(server.serve(sockets=[listener]) for server, listener in zip(servers, sockets, strict=True))
    )


_UVICORN = {
    "log_config": None,  # records go to the root handler
    "access_log": False,
    "lifespan": "off",
    "ws": "none",
    "http": "httptools",
    "timeout_graceful_shutdown": 3,
    "server_header": False,
}


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


if __name__ == "__main__":
    sys.exit(main())
