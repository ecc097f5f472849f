"""Every problem that any test sees has a type with a page: clients of tests check it with each answer."""

import httpx

from services.shared.problems import KINDS

_TYPES = {kind.type: kind for kind in KINDS.values()}


def check(answer: httpx.Response) -> None:
    """Fails when the document's type is no kind, or its title or status is not that of the kind."""
    if answer.headers.get("Content-Type") != "application/problem+json" or answer.request.method == "HEAD":
        return
    document = answer.json()
    kind = _TYPES.get(document["type"])
    assert kind, document
    assert document["title"] == kind.title, document
    assert document["status"] == answer.status_code, document


def seen(answer: httpx.Response) -> None:
    """A hook for a client's answers."""
    answer.read()
    check(answer)


async def seen_async(answer: httpx.Response) -> None:
    """The same for an asynchronous client."""
    await answer.aread()
    check(answer)
