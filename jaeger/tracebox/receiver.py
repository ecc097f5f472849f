"""The OTLP listener: POST /v1/traces."""

from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from jaeger.tracebox import browser, metrics, otlp
from jaeger.tracebox.room import FullError, Hold
from jaeger.tracebox.writer import Writer

_INVALID_ARGUMENT, _RESOURCE_EXHAUSTED, _UNAVAILABLE = 3, 8, 14  # google.rpc.Code


def build(writer: Writer, *, from_browsers: bool = False) -> Starlette:
    """Make the application of an OTLP port: of the services, or of what browsers send to the gateway."""
    app = Starlette(
        routes=[Route("/v1/traces", export, methods=["POST"])],
        middleware=[Middleware(metrics.CountRequests)],
    )
    app.router.redirect_slashes = False
    app.state.writer = writer
    app.state.from_browsers = from_browsers
    app.state.decoders = anyio.CapacityLimiter(1)  # one unpacked body at a time: bounded memory
    return app


async def export(request: Request) -> Response:
    """Take spans: 200 when they wait for the writer, 503 when too much waits already."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in (otlp.PROTOBUF, otlp.JSON):
        return Response(f"send {otlp.PROTOBUF} or {otlp.JSON}\n", 415)
    writer: Writer = request.app.state.writer
    refuse = partial(_refuse, content_type)
    with Hold(writer.room) as hold:
        try:
            body = await _read(request, hold)
            decoders = request.app.state.decoders
            if request.headers.get("content-encoding", "").lower() == "gzip":
                body = await anyio.to_thread.run_sync(otlp.gunzip, body, limiter=decoders)
                hold.resize(len(body))
            message = await anyio.to_thread.run_sync(otlp.decode, body, content_type, limiter=decoders)
        except FullError:
            return refuse(503, _UNAVAILABLE, "busy: send it again later")
        except otlp.BodyTooLargeError:
            return refuse(413, _RESOURCE_EXHAUSTED, f"at most {otlp.MAX_BODY} bytes, unpacked")
        except otlp.BadBodyError as error:
            return refuse(400, _INVALID_ARGUMENT, str(error))
        except ClientDisconnect:
            return Response(status_code=400)
        refused = 0
        if from_browsers := request.app.state.from_browsers:
            message, refused = browser.bounded(message)
            metrics.DROPPED.labels("refused").inc(refused)
        writer.put(message, hold.hand_on(), from_browser=from_browsers)
        return Response(otlp.success(content_type, refused), media_type=content_type)


async def _read(request: Request, hold: Hold) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise otlp.BadBodyError(f"content-encoding {encoding!r} is not known here: use gzip")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > otlp.MAX_BODY:
            raise otlp.BodyTooLargeError
        hold.resize(len(body))
    return bytes(body)


def _refuse(content_type: str, status: int, code: int, message: str) -> Response:
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response(otlp.failure(content_type, code, message), status, headers, content_type)
