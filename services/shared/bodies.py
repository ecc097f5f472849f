"""What a request may bring: a bounded body, in bounded time, that is JSON in UTF-8 where JSON is taken."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Container, Coroutine, Mapping
from email.message import Message as Headers
from typing import Any, get_origin

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared import drills, strict_json
from services.shared.errors import (
    ContentTooLarge,
    PreconditionFailed,
    RequestTimeout,
    Unprocessable,
    UnsupportedMediaType,
)
from services.shared.etag import conditions
from services.shared.flags import flags
from services.shared.openapi import operation_id

__all__ = ["MAX_BODY", "BodyLimit", "JsonRoute", "Router"]

MAX_BODY = 65_536  # bytes, as at the gateway
_ANNOUNCED = frozenset({b"content-length", b"transfer-encoding"})
_SECONDS = 10.0  # for a whole body to arrive, as at the gateway
# More than any valid request has; counted before anything is parsed, because to parse and refuse thousands of
# members costs twenty times the processor time of one long string.
_MAX_STRINGS = 500
_MAX_COMMAS = 6_000  # the text of a description may have nearly as many
_MAX_PARAMETERS = 100  # in a query


class BodyLimit:
    """Pure-ASGI middleware: reading more than `MAX_BODY` bytes of a body, declared or chunked, is ContentTooLarge.

    Nothing over the limit is kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand on at once what has no body."""
        if scope["type"] != "http" or not _has_body(scope):
            return self._app(scope, receive, send)
        return self._limited(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = _declared_size(scope)
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            message = await receive() if declared <= MAX_BODY else {}
            received += len(message.get("body", b""))
            if max(declared, received) > MAX_BODY:
                raise ContentTooLarge(f"A body may have at most {MAX_BODY} bytes.", limitBytes=MAX_BODY)
            return message

        await self._app(scope, receive_some, send)


def _has_body(scope: Scope) -> bool:
    """A request that announces neither a length nor chunks has no body (RFC 9112, 6.3)."""
    for name, _ in scope["headers"]:  # noqa: SIM110 - every request comes by here, and a generator costs more
        if name in _ANNOUNCED:
            return True
    return False


def _is_conditional(sent: Mapping[bytes, bytes]) -> bool:
    """Whether a write depends on what is there. If-Unmodified-Since does not: nothing here has a Last-Modified."""
    return b"if-match" in sent or sent.get(b"if-none-match", b"").strip() == b"*"


def _declared_size(scope: Scope) -> int:
    value = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    return int(value) if value.isdigit() and len(value) < 19 else 0


class JsonRoute(APIRoute):
    """A route whose request is checked from the outside inwards, each step cheaper than the next."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, behind the checks."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None or "requestBody" in (self.openapi_extra or {})
        single = {p.alias for p in self.dependant.query_params if get_origin(p.field_info.annotation) is not list}
        takes_conditions = self.methods == {"GET"} or any(
            d.call is conditions for d in self.dependant.dependencies
        )

        async def checked(request: Request) -> Response:
            if flags.are_on:
                await drills.in_route(self.path)
            if further := request.scope["query_string"].count(b"&"):
                if further >= _MAX_PARAMETERS:
                    raise Unprocessable(f"A query may have at most {_MAX_PARAMETERS} parameters.")
                _check_once(request, single)
            has_body = _has_body(request.scope)
            if takes_conditions and not has_body:
                return await handle(request)
            sent = dict(request.scope["headers"])
            if not takes_conditions and _is_conditional(sent):
                raise PreconditionFailed("No ETag is known here that a condition could hold of; send none.")
            if not has_body:
                return await handle(request)
            is_repeated = len(sent) < len(request.scope["headers"])  # some header or other
            if is_repeated and len(request.headers.getlist("idempotency-key")) > 1:
                raise Unprocessable("There may be only one Idempotency-Key.")
            strict = _JsonRequest(request.scope, request.receive)
            body = await _read(strict)
            if takes_body and body:
                _check_media_type(strict)
                _check_shape(body)
            return await handle(strict)

        return checked


class Router(APIRouter):
    """FastAPI's router, with routes of ours. A missing content type counts as JSON."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            route_class=JsonRoute,
            strict_content_type=False,
            redirect_slashes=False,
            generate_unique_id_function=operation_id,
            **options,
        )


class _JsonRequest(Request):
    async def json(self) -> Any:
        """The body as RFC 8259 defines it: UTF-8, neither NaN nor Infinity, and each name once in its object.

        Raises JSONDecodeError.
        """
        body = await self.body()
        try:
            return strict_json.loads(body.decode("utf-8-sig"))
        except json.JSONDecodeError:
            raise
        except ValueError as error:  # not UTF-8, too many digits or levels
            raise json.JSONDecodeError("not JSON that is taken here", "", 0) from error


async def _read(request: Request) -> bytes:
    try:
        async with asyncio.timeout(_SECONDS):
            return await request.body()
    except TimeoutError as error:
        raise RequestTimeout(f"The body did not arrive within {_SECONDS:.0f} s.") from error


def _check_media_type(request: Request) -> None:
    encodings = {one.strip().lower() for one in request.headers.getlist("content-encoding")}
    if encodings - {"identity", ""}:
        raise UnsupportedMediaType("The body must not be compressed.", headers={"Accept-Encoding": "identity"})
    kinds = request.headers.getlist("content-type")
    if not all(map(_is_json, kinds)) or len(kinds) > 1:
        raise UnsupportedMediaType(
            "The body must be JSON in UTF-8: application/json.", headers={"Accept": "application/json"}
        )


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    headers = Headers()
    headers["content-type"] = content_type
    main, sub = headers.get_content_maintype(), headers.get_content_subtype()
    charset = headers.get_content_charset("utf-8")
    return (
        content_type.lower().strip().startswith("application/")  # else the parser answers with its default
        and main == "application"
        and (sub == "json" or sub.endswith("+json"))
        and charset in ("utf-8", "utf8")
    )


def _check_once(request: Request, single: Container[str]) -> None:
    """A parameter that came twice may be read by others than us as another one."""
    given = [name for name, _ in request.query_params.multi_items() if name in single]
    if twice := next((name for name in given if given.count(name) > 1), None):
        raise Unprocessable(f"The query has {twice} more than once.")


def _check_shape(body: bytes) -> None:
    """Every string counts at least once, however it hides its quotes; an honest one counts twice."""
    strings = (body.count(b'"') - body.count(b'\\"')) / 2
    if strings > _MAX_STRINGS or body.count(b",") > _MAX_COMMAS:
        raise Unprocessable("The body has more members than any request needs.")
