"""One tracebox for the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jaeger.tracebox.process import Tracebox, running


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracebox]:
    """A running tracebox."""
    directory: Path = tmp_path_factory.mktemp("tracebox")
    with running(directory) as started:
        yield started
