"""Asking Prometheus: it answers, refuses, or is not there."""

from pathlib import Path

import pytest

from deploy.cli.prometheus import NoAnswerError, ask
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from tests.deploy.cli.prometheus import answering, at


def test_an_answer_and_none(tmp_path: Path) -> None:
    """What it answers, as long as it is there."""
    with answering([{"result": [1]}]) as port:
        assert ask(at(tmp_path, port), "query", {"query": "up"}) == {"result": [1]}
    with pytest.raises(NoAnswerError, match=r"Prometheus does not answer: connection refused\."):
        ask(at(tmp_path, port), "query", {"query": "up"})


def test_a_refusal_is_an_answer(tmp_path: Path) -> None:
    """A question that is wrong is not taken for a Prometheus that is away."""
    with answering([{"error": "1:4: parse error"}]) as port, pytest.raises(ShopError) as caught:
        ask(at(tmp_path, port), "query", {"query": "up{"})
    assert not isinstance(caught.value, NoAnswerError)
    assert "refuses 'up{': 1:4: parse error" in caught.value.message


def test_a_server_in_trouble_has_not_refused(tmp_path: Path) -> None:
    """While it starts, or when a question takes too long, it says 503: no answer."""
    with answering([{"error": "query timed out", "code": 503}]) as port, pytest.raises(NoAnswerError, match="503"):
        ask(at(tmp_path, port), "query", {"query": "up"})


def test_a_cluster_may_have_none(tmp_path: Path) -> None:
    """Where nothing leads to it, that is no answer, with the reason."""

    class Cluster(Layout):
        def port(self, name: str) -> int:
            raise ShopError(f"There is no {name} here.")

    with pytest.raises(NoAnswerError, match="There is no prometheus here"):
        ask(Cluster(checkout=tmp_path, run=tmp_path, data=tmp_path, offset=0), "query", {"query": "up"})
