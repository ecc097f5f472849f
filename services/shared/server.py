"""Start a service: settings, telemetry, then uvicorn; whatever goes wrong is one JSON line and an exit code."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

import uvicorn
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from pydantic import ValidationError

from observability import request_id
from observability.logging import get_logger, setup_logging
from observability.service import setup_telemetry
from services.shared import drills, garbage
from services.shared.flags import FlagFile, flags
from services.shared.names import NAMESPACE, PREFIX, VERSION
from services.shared.parts import find_part
from services.shared.protocol import ProblemProtocol
from services.shared.settings import ServiceSettings
from services.shared.standby import Standby

__all__ = ["run_once", "serve"]

S = TypeVar("S", bound=ServiceSettings)


class _Server(uvicorn.Server):
    """Looks once a second, for the header Date and for flags, and at once when it shall end.

    uvicorn's own looks ten times a second.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, flag_file: FlagFile) -> None:
        super().__init__(config)
        self._flag_file = flag_file
        self._app = app

    async def main_loop(self) -> None:
        """Run until a signal has come."""
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        seconds = 0
        while not await self.on_tick(0):
            seconds += 1
            if seconds % garbage.PERIOD == 0:
                garbage.look()
            were_on = flags.are_on
            self._flag_file.look()
            if were_on or flags.are_on:
                drills.once_a_second()
            timer = self._loop.call_later(1.0, self._woken.set)
            await self._woken.wait()
            self._woken.clear()
            timer.cancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal, and wake the loop."""
        super().handle_exit(sig, frame)
        if hasattr(self, "_loop"):
            self._loop.call_soon_threadsafe(self._woken.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer at once the requests that wait for news: the end of the process is not held up by them."""
        if standby := find_part(self._app, Standby):
            standby.end()
        await super().shutdown(sockets)


def _prepare(name: str, settings_type: type[S]) -> S:
    setup_logging(name)
    try:
        # In containers secrets are files, named like the settings; the environment goes before them.
        settings = settings_type(_secrets_dir=os.environ.get("SECRETS_DIR"))
    except ValidationError as error:
        errors = [{"setting": e["loc"], "problem": e["msg"]} for e in error.errors(include_input=False)]
        get_logger("server").critical("settings.invalid", errors=errors)
        sys.exit(2)
    setup_telemetry(
        name,
        version=VERSION,
        instance=settings.service_instance_id,
        environment=settings.environment,
        namespace=NAMESPACE,
        prefix=PREFIX,
        level=settings.log_level,
        contrib_export=settings.contrib_span_export,
    )
    return settings


def _flush() -> None:
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


def serve(name: str, settings_type: type[S], create: Callable[[S], FastAPI]) -> None:
    """Run the service `name` until SIGTERM; then finish what is at work, for at most `drain_seconds`."""
    settings = _prepare(name, settings_type)
    app = create(settings)
    if settings.contrib_server_spans:
        from observability.fastapi import instrument_fastapi  # costs memory, and few want it

        instrument_fastapi(app)
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=ProblemProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=settings.drain_seconds,
            timeout_keep_alive=75,  # longer than the gateway keeps idle connections, so that it closes first
        ),
        app,
        FlagFile(settings.flags_file, flags, service=name, instance=settings.service_instance_id),
    )
    # When it has shut down, uvicorn raises the signal again; by default that would end us before the flush.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    garbage.settle()
    try:
        server.run()
    finally:
        _flush()
    sys.exit(0 if server.started else 3)


def run_once(name: str, settings_type: type[S], job: Callable[[S], None]) -> None:
    """Run a one-shot job (a migration, a seed) with the same settings and telemetry as the service."""
    settings = _prepare(name, settings_type)
    try:
        with request_id.bound(request_id.accept(None)):  # what a job causes can be found by one id too
            job(settings)
    except Exception:
        get_logger("server").critical("job.failed", exc_info=True)
        sys.exit(1)
    finally:
        _flush()
