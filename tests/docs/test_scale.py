"""docs/scale.md has the tables of today."""

import json

import pytest

from docs.scale import MEASURED, PAGE, main, modelled, with_tables


def test_the_tables_are_those_of_today() -> None:
    """Whoever measures a checkout anew writes them again."""
    page, measured = PAGE.read_text(), json.loads(MEASURED.read_text())
    assert page == with_tables(page, measured), "docs/scale.md is stale: python -m docs.scale"
    measured["loads"][0]["milliseconds"] *= 2
    assert page != with_tables(page, measured)


def test_the_model_is_near_what_was_measured() -> None:
    """Within a quarter: docs/scale.md says that nothing but processor time holds checkouts up."""
    measured = json.loads(MEASURED.read_text())
    for load, found in zip(measured["loads"], modelled(measured), strict=True):
        assert found.per_second == pytest.approx(load["per_second"], rel=0.25)
        assert found.p50 * 1000 == pytest.approx(load["p50"], rel=0.25)


def test_a_measurement_is_taken_over() -> None:
    """The same file twice changes nothing."""
    before = PAGE.read_text(), MEASURED.read_text()
    main([str(MEASURED)])
    assert (PAGE.read_text(), MEASURED.read_text()) == before
