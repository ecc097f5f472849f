"""Errors that a client sees: RFC 9457 problem documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from opentelemetry import trace
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from observability import request_id
from observability.logging import get_logger
from observability.redaction import redact
from services.shared.invalid import invalid_fields
from services.shared.methods import allowed
from services.shared.problems import KINDS, Kind, general

__all__ = [
    "Conflict",
    "ContentTooLarge",
    "Forbidden",
    "NotFound",
    "Policy",
    "PreconditionFailed",
    "ProblemError",
    "RequestTimeout",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "Unprocessable",
    "UnsupportedMediaType",
    "add_error_handlers",
    "busy_response",
    "crash_response",
]


class ProblemError(Exception):
    """An answer other than success. Keyword arguments become members of the document.

    kind: a name in problems.toml, where the status alone says too little.
    """

    status = 500

    def __init__(
        self, detail: str, *, kind: str | None = None, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = KINDS[kind] if kind else general(self.status)
        self.headers = headers or {}
        self.members = members


class Unauthorized(ProblemError):
    """Nobody is known, or the token is not good (RFC 6750). is_sent: there is one, and another may be better."""

    status = 401

    def __init__(self, detail: str, *, kind: str | None = None, is_sent: bool = False) -> None:
        challenge = 'Bearer error="invalid_token"' if is_sent else "Bearer"
        super().__init__(detail, kind=kind, headers={"WWW-Authenticate": challenge})


class Forbidden(ProblemError):
    """Known, but not allowed."""

    status = 403


class NotFound(ProblemError):
    """There is no such thing, or not for this user."""

    status = 404


class Conflict(ProblemError):
    """Against the present state of the thing."""

    status = 409

    def __init__(
        self, detail: str, *, kind: str | None = None, retry_after: int | None = None, **members: Any
    ) -> None:
        super().__init__(detail, kind=kind, headers=_retry_after(retry_after), **members)


class RequestTimeout(ProblemError):
    """The rest of the request did not come in time; the connection is closed."""

    status = 408

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Connection": "close"})


class PreconditionFailed(ProblemError):
    """The thing is not as If-Match or If-None-Match wants it; nothing was done."""

    status = 412


class ContentTooLarge(ProblemError):
    """The body is larger than any request needs."""

    status = 413


class UnsupportedMediaType(ProblemError):
    """The body is in a form that is not taken; the detail and a header say which is."""

    status = 415


class Unprocessable(ProblemError):
    """Well formed, but cannot be done as written."""

    status = 422


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit as clients are told of it: `quota` of requests (or what the name says) in a `window` of seconds."""

    name: str
    quota: int
    window: int


class TooManyRequests(ProblemError):
    """Slow down. retry_after: seconds until `policy` allows more (draft-ietf-httpapi-ratelimit-headers-11)."""

    status = 429

    def __init__(self, detail: str, *, retry_after: int, policy: Policy, kind: str | None = None) -> None:
        headers = {
            **_retry_after(retry_after),
            "RateLimit-Policy": f'"{policy.name}";q={policy.quota};w={policy.window}',
            "RateLimit": f'"{policy.name}";r=0;t={retry_after}',
        }
        super().__init__(detail, kind=kind, headers=headers)


class Unavailable(ProblemError):
    """Something that is needed does not answer. retry_after: seconds."""

    status = 503

    def __init__(self, detail: str, *, kind: str | None = None, retry_after: int = 2) -> None:
        super().__init__(detail, kind=kind, headers=_retry_after(retry_after))


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _document(
    kind: Kind, detail: str, headers: dict[str, str] | None = None, *, status: int | None = None, **members: Any
) -> JSONResponse:
    context = trace.get_current_span().get_span_context()
    body = {
        "type": kind.type,
        "title": kind.title,
        "status": status or kind.status,
        "detail": detail,
        "requestId": request_id.current(),
        "traceId": f"{context.trace_id:032x}" if context.is_valid else "",
        **members,
    }
    # Names and values of a request may stand in it, and problems are logged and shown to others by clients.
    return JSONResponse(redact(body), status or kind.status, headers, media_type="application/problem+json")


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return _document(error.kind, error.detail, error.headers, **error.members)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = allowed(request.app.router.routes, request.scope)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    status = error.status_code
    return _document(general(status), str(error.detail), headers, status=status)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return _document(general(400), "The body is not valid JSON.", errors=invalid_fields(found))
    return _document(
        KINDS["invalid-request"], "The request is not valid; see errors.", errors=invalid_fields(found)
    )


async def _store_down(_: Request, error: Exception) -> JSONResponse:
    get_logger("errors").error("store.unavailable", error=repr(error))
    return _document(general(503), "The service's database does not answer.", {"Retry-After": "2"})


def add_error_handlers(app: FastAPI, store_errors: Sequence[type[Exception]]) -> None:
    """Render all errors of `app` as problem documents. store_errors: say that its database is unavailable."""
    for kind in store_errors:
        app.add_exception_handler(kind, _store_down)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)


async def busy_response(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI app: the answer to a request that cannot wait for its turn."""
    answer = _document(KINDS["overloaded"], "Too many requests at once; try again.", {"Retry-After": "5"})
    await answer(scope, receive, send)


async def crash_response(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI app: the answer to a request that ended in an unexpected exception."""
    await _document(general(500), "Something went wrong on our side.")(scope, receive, send)
