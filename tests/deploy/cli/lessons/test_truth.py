"""When an answer counts as right."""

import pytest

from deploy.cli.lessons.truth import Truth

TRACE = "bd4e4d17acdb4ab922f6440f1f6c0af6"


@pytest.mark.parametrize(
    ("kind", "answers", "given", "is_right"),
    [
        ("name", ("payment-provider",), " Payment-Provider. ", True),
        ("name", ("order-service",), "order", True),
        ("name", ("order-service",), "`order-service`", True),
        ("name", ("order-service-1",), "order-service-1", True),
        ("name", ("order-service-1",), "order-service-2", False),
        ("name", ("product.orders.dead",), "product.orders", True),
        ("name", ("product.orders.dead",), "order.stock.dead", False),
        ("name", ("redis-cache", "redis-sessions"), "redis-sessions", True),
        ("name", ("redis-cache",), "", False),
        ("number", ("6",), "6", True),
        ("number", ("6",), "6 services", True),
        ("number", ("6",), "6.0", True),
        ("number", ("6",), "16", False),
        ("number", ("6",), "six", False),
        ("id", (TRACE,), TRACE.upper(), True),
        ("id", (TRACE,), TRACE[:8], True),
        ("id", (TRACE,), TRACE[:7], False),
        ("id", (TRACE,), TRACE[1:9], False),
    ],
)
def test_an_answer_is_taken_as_people_write_it(
    kind: str, answers: tuple[str, ...], given: str, is_right: bool
) -> None:
    """Whatever its case, with a unit or without a suffix; but nothing else is taken."""
    assert Truth(answers, "somebody says so", kind).accepts(given) is is_right
