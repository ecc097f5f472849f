"""Which refusals are the provider's own word. Any other 4xx may come from something between, to be tried again."""

import httpx
from pydantic import ValidationError

from services.shared.answers import Answer, Name
from services.shared.problems import KINDS
from services.shared.schemas import Identifier

__all__ = ["has_another_charge", "has_no_charge", "refuses_the_request"]


class _Problem(Answer):
    """What is read of a problem document (RFC 9457). payment_id: the one that the provider looked for."""

    type: Name
    status: int
    payment_id: Identifier | None = None


def has_no_charge(answer: httpx.Response, payment_id: str) -> bool:
    """Whether the provider says that it has no charge for this payment."""
    problem = _problem_of(answer, 404)
    return problem is not None and problem.payment_id == payment_id


def has_another_charge(answer: httpx.Response, payment_id: str) -> bool:
    """Whether the provider says that it has this payment with another amount or card."""
    problem = _problem_of(answer, 409)
    return problem is not None and problem.payment_id == payment_id


def refuses_the_request(answer: httpx.Response) -> bool:
    """Whether the provider has read the request and will never take it as it is."""
    problem = _problem_of(answer, 422)
    return problem is not None and problem.type == KINDS["invalid-request"].type


def _problem_of(answer: httpx.Response, status: int) -> _Problem | None:
    if answer.status_code != status:
        return None
    try:
        problem = _Problem.model_validate_json(answer.content)
    except ValidationError:
        return None
    return problem if problem.status == status else None
